import os

from setuptools import find_packages, setup

here = os.path.dirname(os.path.abspath(__file__))


def version():
    found = {}
    with open(os.path.join(here, "demo", "version.py")) as file:
        exec(file.read(), found)
    return found["VERSION"]


with open("requirements/base.txt") as file:
    requirements = file.read().splitlines()

setup(
    name="demo",
    version=version(),
    packages=find_packages(),
    python_requires=">=3.10",
    install_requires=requirements,
)
