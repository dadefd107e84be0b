import os

TOKEN = os.environ["HUB_TOKEN"]


def main():
    open("results/a.txt", "w")
