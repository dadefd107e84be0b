#!/bin/sh
pip install scikit-learn
