"""TorchScript that the product runs: fp32, and int8 that keeps its accuracy.

Input: uint8, 1 x 3 x H x W, RGB, sides multiples of 32. Output: boxes 1 x A x 4 (x1 y1 x2 y2 in pixels of the input), scores 1 x A x C (0..1), by levels of
stride 8, 16, 32, row by row.
"""

import copy
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.ao.quantization import HistogramObserver, PerChannelMinMaxObserver, QConfig, get_default_qconfig_mapping
from torch.ao.quantization.quantize_fx import convert_fx, prepare_fx

from .detection import to_input
from .network import OFFSET, SCALE, Core, Detector
from .pictures import Sample

ENGINE = "x86"
FBGEMM_GROUPS = 100
"""Convolutions of more groups the runtime sends to FBGEMM, whose kernels add two products in 16 bits and saturate. The others keep 8 bits: 7 in the
first of them alone cost 0.8 points of mAP50."""


class Exported(nn.Module):
    """The core between a byte picture and boxes with scores; scripted, so that one file takes inputs of any size."""

    quantised: torch.jit.Final[bool]

    def __init__(self, core: nn.Module, quantised: bool):
        super().__init__()
        self.core = core
        self.quantised = quantised

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        if self.quantised:  # a byte is the activation: (x - 128) / 128 without a float in between
            b3, b4, b5, s3, s4, s5 = self.core(torch._make_per_tensor_quantized_tensor(x, 0.0078125, 128))
        else:
            b3, b4, b5, s3, s4, s5 = self.core((x.float() - 128.0) / 128.0)
        boxes, scores = [], []
        for raw, logits, stride in ((b3, s3, 8.0), (b4, s4, 16.0), (b5, s5, 32.0)):
            h, w = raw.shape[2], raw.shape[3]
            cx = ((torch.arange(w) + 0.5) * stride).view(1, 1, w).expand(1, h, w).flatten(1)
            cy = ((torch.arange(h) + 0.5) * stride).view(1, h, 1).expand(1, h, w).flatten(1)
            sides = nn.functional.softplus(raw.flatten(2)) * (2.0 * stride)
            boxes.append(torch.stack((cx - sides[:, 0], cy - sides[:, 1], cx + sides[:, 2], cy + sides[:, 3]), 2))
            scores.append(logits.flatten(2).transpose(1, 2).sigmoid())
        return torch.cat(boxes, 1), torch.cat(scores, 1)


def to_torchscript(core: nn.Module, quantised: bool, example: Tensor) -> torch.jit.ScriptModule:
    """`core` is traced (its operations do not depend on the size), what is around it is scripted."""
    first = torch._make_per_tensor_quantized_tensor(example, 1 / SCALE, int(OFFSET)) if quantised else (example.float() - OFFSET) / SCALE
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(core, first, check_trace=False)
        return torch.jit.freeze(torch.jit.script(Exported(traced, quantised).eval()))


def quantise(core: Core, calibration: list[Tensor]) -> nn.Module:
    """Static quantisation after training: activations of 8 bits whose ranges the calibration pictures (uint8, 1 x 3 x H x W) show.

    Full range for activations (the default mapping for x86 keeps 7 bits and loses 6 points of mAP50), which needs VNNI; but 7 bits for the weights
    of convolutions of more than FBGEMM_GROUPS groups, each channel by itself. The last convolutions stay in float.
    """
    torch.backends.quantized.engine = ENGINE
    mapping = get_default_qconfig_mapping("onednn")
    depthwise = QConfig(activation=HistogramObserver.with_args(reduce_range=False),
                        weight=PerChannelMinMaxObserver.with_args(dtype=torch.qint8, qscheme=torch.per_channel_symmetric, quant_min=-64, quant_max=63))
    for name, module in core.named_modules():
        if isinstance(module, nn.Conv2d) and module.groups > FBGEMM_GROUPS:
            mapping.set_module_name(name, depthwise)
        if name.startswith(("scores.", "boxes.")):
            mapping.set_module_name(name, None)
    inputs = [(x.float() - OFFSET) / SCALE for x in calibration]
    prepared = prepare_fx(copy.deepcopy(core).eval(), mapping, (inputs[0],))
    with torch.no_grad():
        for x in inputs:
            prepared(x)
    converted = convert_fx(prepared)
    return drop_first_quantise(converted)


def drop_first_quantise(converted: torch.fx.GraphModule) -> torch.fx.GraphModule:
    """The input comes quantised already: takes out the operation that would quantise it, and gives its users the input."""
    for node in converted.graph.nodes:
        if node.op == "call_function" and node.target is torch.quantize_per_tensor and node.args[0].op == "placeholder":
            node.replace_all_uses_with(node.args[0])
            converted.graph.erase_node(node)
            break
    else:
        raise AssertionError("no operation quantises the input")
    converted.graph.eliminate_dead_code()
    converted.recompile()
    return converted


def export(checkpoint: Path, calibration: list[Sample], out: Path, width: int = 640, height: int = 384) -> dict[str, Path]:
    """Writes refuse-fp32.pt and refuse-int8.pt -> their paths by variant. `calibration`: some 128 pictures of training."""
    detector = Detector()
    detector.load_state_dict(torch.load(checkpoint, weights_only=True, map_location="cpu")["ema"])
    core = detector.core.eval()
    inputs = [to_input(s.picture, width, height) for s in calibration]
    out.mkdir(parents=True, exist_ok=True)
    paths = {}
    for name, module, quantised in (("fp32", core, False), ("int8", quantise(core, inputs), True)):
        paths[name] = out / f"refuse-{name}.pt"
        to_torchscript(module, quantised, inputs[0]).save(str(paths[name]))
    check(detector.eval(), paths["fp32"], inputs[0])
    return paths


def check(detector: Detector, exported: Path, example: Tensor) -> None:
    """The exported file says what the trained network says."""
    with torch.inference_mode():
        boxes, logits = detector(example)
        found, scores = torch.jit.load(str(exported))(example)
    worst = max((boxes - found).abs().max().item(), (logits.sigmoid() - scores).abs().max().item())
    if not np.isfinite(worst) or worst > 0.05:
        raise AssertionError(f"{exported} differs from the checkpoint by {worst:.3f}")
