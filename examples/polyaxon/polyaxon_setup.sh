#!/bin/sh
mkdir -p /opt/data
seq 1 10 > /opt/data/numbers.txt
