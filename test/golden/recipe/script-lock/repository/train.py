# /// script
# requires-python = ">=3.11"
# dependencies = ["six"]
# ///
import six
print(six.__version__)
