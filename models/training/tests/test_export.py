import torch

from refuse_training.export import FBGEMM_GROUPS, quantise, to_torchscript
from refuse_training.network import Core


def core():
    torch.manual_seed(3)
    return Core().eval()


def pictures():
    return [torch.randint(0, 255, (1, 3, 64, 96), dtype=torch.uint8) for _ in range(3)]


def test_only_convolutions_that_would_saturate_have_weights_of_seven_bits():
    wide, narrow = [], []
    for module in quantise(core(), pictures()).modules():
        if hasattr(module, "weight") and callable(module.weight) and getattr(module, "groups", 1) > 1:
            (wide if module.groups > FBGEMM_GROUPS else narrow).append(module.weight().int_repr().int().abs().max().item())
    assert len(wide) > 5 and len(narrow) > 5
    assert max(wide) <= 64
    assert min(narrow) >= 127, "the largest weight of each channel takes the whole range"


def test_one_file_takes_inputs_of_any_size_and_says_what_the_network_says(tmp_path):
    net = core()
    exported = to_torchscript(net, False, pictures()[0])
    exported.save(str(tmp_path / "a.pt"))
    again = torch.jit.load(str(tmp_path / "a.pt"))
    for width, height in ((96, 64), (64, 128)):
        x = torch.randint(0, 255, (1, 3, height, width), dtype=torch.uint8)
        with torch.inference_mode():
            boxes, scores = again(x)
            maps = net((x.float() - 128) / 128)
        cells = sum((width // s) * (height // s) for s in (8, 16, 32))
        assert boxes.shape == (1, cells, 4) and scores.shape == (1, cells, 3)
        expected = torch.cat([m.flatten(2).transpose(1, 2) for m in maps[3:]], 1).sigmoid()
        torch.testing.assert_close(scores, expected, atol=1e-4, rtol=1e-3)
