import argparse
import os

import torch

parser = argparse.ArgumentParser()
parser.add_argument("--lr", type=float, default=1e-3, help="rate")
parser.add_argument("--epochs", type=int, default=5)
parser.add_argument("--name", default="first")
parser.add_argument("--verbose", action="store_true")
args = parser.parse_args()

token = os.environ["HF_TOKEN"]
torch.save({"lr": args.lr}, "outputs/model.pt")
