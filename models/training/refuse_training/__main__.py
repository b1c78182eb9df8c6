"""python -m refuse_training COMMAND: prepare, imitate, train, export, evaluate, thresholds, report, gallery."""

import argparse
import json
import sys
from dataclasses import fields, replace
from pathlib import Path

import torch

from . import CLASSES
from .pictures import BadLabels, read_folder, read_prepared


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m refuse_training", description="Trains the detector of refuse stations.")
    commands = parser.add_subparsers(dest="command", required=True)
    p = commands.add_parser("prepare", help="read and check labelled pictures")
    p.add_argument("--data", type=Path, help="folder with refuse/train and negatives/train")
    p.add_argument("--rendered", type=Path, nargs="*", default=[], help="folders of rendered pictures (images/, labels/)")
    p.add_argument("--own", type=Path, nargs="*", default=[], help="folders of own pictures, as `kerbwatch dataset export` writes them")
    p.add_argument("--out", type=Path, required=True)
    p = commands.add_parser("train", help="train, or go on where training stopped")
    p.add_argument("--prepared", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p.add_argument("--start", type=Path, help="weights to begin with (a checkpoint); ImageNet's otherwise")
    p.add_argument("--minutes", type=float, default=float("inf"), help="stop after so long; the same command goes on")
    p.add_argument("--threads", type=int, default=2)
    for name in ("steps", "batch", "rate", "seed", "plain_steps", "warm_up", "decay_steps", "empty_share", "rendered_share"):
        p.add_argument("--" + name.replace("_", "-"), type=float if name in ("rate", "empty_share", "rendered_share") else int)
    p = commands.add_parser("evaluate", help="average precision on labelled pictures")
    p.add_argument("model", type=Path, help="a checkpoint or exported TorchScript")
    p.add_argument("folder", type=Path, nargs="+", help="folders with images/ and labels/")
    p.add_argument("--empty", type=Path, nargs="*", default=[], help="folders of pictures without refuse")
    p.add_argument("--json", type=Path)
    p = commands.add_parser("thresholds", help="choose working thresholds, print them as model.json has them")
    p.add_argument("model", type=Path)
    p.add_argument("folder", type=Path)
    p.add_argument("--empty", type=Path, required=True)
    p = commands.add_parser("report", help="the tables of the model card")
    p.add_argument("model", type=Path)
    p.add_argument("folder", type=Path, nargs="+")
    p.add_argument("--empty", type=Path, nargs="*", default=[])
    p.add_argument("--description", type=Path, required=True, help="model.json with the working thresholds")
    p = commands.add_parser("gallery", help="sheets of annotated pictures, right and wrong")
    p.add_argument("model", type=Path)
    p.add_argument("folder", type=Path)
    p.add_argument("--description", type=Path, required=True, help="model.json with the working thresholds")
    p.add_argument("--out", type=Path, required=True)
    p = commands.add_parser("imitate", help="ImageNet weights for a backbone with a fused block")
    p.add_argument("--prepared", type=Path, required=True)
    p.add_argument("--out", type=Path, required=True)
    p = commands.add_parser("export", help="TorchScript in fp32 and int8")
    p.add_argument("checkpoint", type=Path)
    p.add_argument("--prepared", type=Path, required=True, help="for calibration")
    p.add_argument("--out", type=Path, required=True)
    return parser


def load(path: Path):
    """A network from a checkpoint or from TorchScript, to bytes in and scores out."""
    try:
        return torch.jit.load(str(path)).eval()
    except RuntimeError:
        from .network import Detector

        detector = Detector()
        detector.load_state_dict(torch.load(path, weights_only=True, map_location="cpu")["ema"])
        detector.eval()
        return lambda x: (lambda o: (o[0], o[1].sigmoid()))(detector(x))


def working(description: Path) -> dict[str, float]:
    thresholds = json.loads(description.read_text())["thresholds"]
    return {c: thresholds[c]["on"] for c in CLASSES}


def main() -> int:
    a = arguments().parse_args()
    if a.command == "prepare":
        from .prepare import prepare

        prepare(a.data, a.rendered, a.own, a.out)
    elif a.command == "train":
        from .train import Recipe, train

        given = {f.name: getattr(a, f.name) for f in fields(Recipe) if getattr(a, f.name, None) is not None}
        print(train(a.prepared, a.out, replace(Recipe(), **given), a.start, a.minutes, a.threads))
    elif a.command == "evaluate":
        from .evaluate import detect_all, false_refuse, score

        network, result = load(a.model), {}
        for folder in a.folder:
            samples = read_folder(folder)
            scores = score(samples, detect_all(network, samples))
            result[str(folder)] = {"pictures": len(samples), "mAP50": scores.map50, "mAP50-95": scores.map50_95, **scores.by_class}
            print(f"{folder}: {len(samples)} pictures, {scores}", flush=True)
        for folder in a.empty:
            found = detect_all(network, read_folder(folder))
            shares = {str(t): false_refuse(found, {c: t for c in CLASSES}) for t in (0.4, 0.45, 0.5, 0.55, 0.6)}
            result[str(folder)] = shares
            print(f"{folder}: {len(found)} pictures, share with refuse at a score of " + ", ".join(f"{t} {100 * v:.1f} %" for t, v in shares.items()), flush=True)
        if a.json:
            a.json.write_text(json.dumps(result, indent=1))
    elif a.command == "thresholds":
        from .evaluate import detect_all
        from .thresholds import choose

        network, samples = load(a.model), read_folder(a.folder)
        print(json.dumps(choose(samples, detect_all(network, samples), detect_all(network, read_folder(a.empty)))))
    elif a.command == "report":
        from .report import report

        print(report(load(a.model), a.folder, a.empty, working(a.description)))
    elif a.command == "gallery":
        from .gallery import gallery

        print(gallery(load(a.model), a.folder, working(a.description), a.out))
    elif a.command == "imitate":
        from .imitate import imitate

        print(f"missed {imitate(a.prepared, a.out):.3f} of the original's variance; {a.out}")
    elif a.command == "export":
        from .export import export

        samples = [s for s in read_prepared(a.prepared) if len(s.labels)]
        for path in export(a.checkpoint, samples[:: max(1, len(samples) // 128)], a.out).values():
            print(f"{path} {path.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BadLabels as e:
        sys.exit(str(e))
