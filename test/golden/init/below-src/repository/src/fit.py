from helper import VALUE

if __name__ == "__main__":
    print(VALUE)
