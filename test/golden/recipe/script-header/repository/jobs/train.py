# /// script
# requires-python = ">=3.14"
# dependencies = [
#   "rich",
#   "httpx<1",
# ]
# ///
print("hello")
