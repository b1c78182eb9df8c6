"""python -m people_training COMMAND: train, evaluate, export."""

import argparse
import json
import sys
from dataclasses import fields, replace
from pathlib import Path

from .pictures import BadLabels


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m people_training", description="Trains the finder of people.")
    commands = parser.add_subparsers(dest="command", required=True)
    p = commands.add_parser("train", help="train, or go on where training stopped")
    p.add_argument("pictures", type=Path, nargs="+", help="folders that `python -m scenes gatherings` wrote")
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long; the same command goes on")
    p.add_argument("--threads", type=int, default=1)
    for name in ("steps", "batch", "rate", "seed", "warm_up"):
        p.add_argument("--" + name.replace("_", "-"), type=float if name == "rate" else int)
    p = commands.add_parser("evaluate", help="heads found and missed on labelled pictures")
    p.add_argument("model", type=Path, help="exported TorchScript")
    p.add_argument("pictures", type=Path, nargs="+")
    p = commands.add_parser("export", help="TorchScript")
    p.add_argument("checkpoint", type=Path)
    p.add_argument("--out", type=Path, required=True)
    return parser


def main() -> int:
    a = arguments().parse_args()
    if a.command == "train":
        from .train import Recipe, train

        given = {f.name: getattr(a, f.name) for f in fields(Recipe) if getattr(a, f.name, None) is not None}
        print(train(a.pictures, a.out, replace(Recipe(), **given), a.minutes, a.threads))
    elif a.command == "evaluate":
        from .evaluate import evaluate

        print(json.dumps(evaluate(a.model, a.pictures), indent=1))
    else:
        from .export import export

        path = export(a.checkpoint, a.out)
        print(f"{path} {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BadLabels as e:
        sys.exit(str(e))
