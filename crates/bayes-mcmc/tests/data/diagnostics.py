"""Makes diagnostics.csv: diagnostics by ArviZ of chains that tests/diagnostics.rs makes again, bit for bit.

Only additions, multiplications and comparisons of doubles, from SplitMix64. Made with ArviZ 0.23.4,
NumPy 2.4.6, SciPy 1.17.1 on Python 3.11: python diagnostics.py > diagnostics.csv
"""
import logging
import math
import warnings

warnings.simplefilter("ignore")
import arviz
import numpy

logging.disable(logging.CRITICAL)
numpy.seterr(all="ignore")
MASK = 2**64 - 1


class SplitMix64:
    def __init__(self, seed):
        self.state = seed

    def uniform(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return float((z ^ (z >> 31)) >> 11) * 2.0**-53


def chain(kind, index, draws):
    source = SplitMix64(1000 + index)
    y = source.uniform()
    values = []
    for draw in range(draws):
        u = source.uniform() - 0.5
        if kind == "independent":
            y = u
        elif kind == "slow":
            y = 0.95 * y + u
        elif kind == "antithetic":
            y = -0.8 * y + u
        elif kind == "shifted":
            y = u + 0.125 * index
        elif kind == "scaled":
            y = u * (1.0 + index)
        elif kind == "drifting":
            y = u + 0.001 * draw
        elif kind == "repeating":
            y = u if source.uniform() < 0.25 else y
        elif kind == "heavy":
            w = source.uniform()
            y = u / (w * w)
        elif kind == "two_values":
            y = 1.0 if u < 0.1 else 0.0
        elif kind == "alternating":
            y = float(draw % 2)
        elif kind == "constant":
            y = 3.25
        elif kind == "constant_each":
            y = float(index)
        elif kind == "constant_tenth":
            y = 0.1
        elif kind == "one_constant_chain":
            y = 0.25 if index == 0 else u
        elif kind == "few_values":
            y = math.floor(4.0 * (u + 0.5)) * 0.3
        elif kind == "anti_correlated":
            y = -0.97 * y + u
        elif kind == "walk":
            y = y + u
        elif kind == "offset":
            y = 1e6 + 1e-3 * u
        elif kind == "tiny":
            y = 1e-17 * u
        elif kind == "huge":
            y = 1e120 * u
        elif kind == "heavier":
            w = source.uniform()
            y = u / (w * w * w * w * w * w)
        elif kind == "two_infinities":
            y = float("inf") if draw == 3 and index == 0 else float("-inf") if draw == 5 else u
        elif kind == "half_infinite":
            y = float("inf") if draw < draws // 2 else u
        elif kind == "one_nan":
            y = float("nan") if draw == 7 else u
        elif kind == "one_infinite":
            y = float("inf") if draw == 7 and index == 0 else u
        values.append(y)
    return values


FIGURES = [
    ("rhat", lambda x: arviz.rhat(x)),
    ("rhat_bulk", lambda x: arviz.rhat(x, method="z_scale")),
    ("rhat_folded", lambda x: arviz.rhat(x, method="folded")),
    ("ess_bulk", lambda x: arviz.ess(x, method="bulk")),
    ("ess_tail", lambda x: arviz.ess(x, method="tail")),
    ("ess_mean", lambda x: arviz.ess(x, method="mean")),
    ("ess_sd", lambda x: arviz.ess(x, method="sd")),
    ("ess_median", lambda x: arviz.ess(x, method="median")),
    ("ess_q10", lambda x: arviz.ess(x, method="quantile", prob=0.1)),
    ("ess_q75", lambda x: arviz.ess(x, method="quantile", prob=0.75)),
    ("mcse_mean", lambda x: arviz.mcse(x, method="mean")),
    ("mcse_sd", lambda x: arviz.mcse(x, method="sd")),
    ("mcse_median", lambda x: arviz.mcse(x, method="median")),
    ("mcse_q10", lambda x: arviz.mcse(x, method="quantile", prob=0.1)),
    ("mcse_q75", lambda x: arviz.mcse(x, method="quantile", prob=0.75)),
]
CASES = [
    ("independent", 4, 100), ("independent", 4, 101), ("independent", 2, 4), ("independent", 2, 5),
    ("independent", 3, 7), ("independent", 2, 3), ("independent", 1, 50), ("independent", 1, 9),
    ("independent", 4, 20000), ("slow", 4, 500), ("slow", 3, 4999), ("slow", 1, 777), ("slow", 2, 30),
    ("antithetic", 4, 300), ("antithetic", 1, 61), ("shifted", 4, 200), ("scaled", 4, 200),
    ("drifting", 2, 1001), ("repeating", 4, 400), ("repeating", 2, 20), ("heavy", 4, 1000),
    ("two_values", 2, 100), ("alternating", 2, 100), ("alternating", 3, 9), ("constant", 4, 20),
    ("constant", 1, 20), ("constant_each", 4, 20), ("one_nan", 4, 20), ("one_infinite", 4, 40),
]
for kind in ["few_values", "anti_correlated", "walk", "heavier", "independent", "slow", "repeating"]:
    CASES += [(kind, chains, draws) for chains, draws in [(1, 4), (4, 4), (2, 5), (3, 6), (1, 7), (4, 7), (2, 11), (1, 128), (4, 999), (6, 250)]]
for kind in ["constant_tenth", "one_constant_chain", "offset", "tiny", "huge", "two_infinities", "half_infinite", "one_nan", "one_infinite"]:
    CASES += [(kind, chains, draws) for chains, draws in [(1, 16), (2, 9), (4, 100)]]
# R-hat of these is made of rounding
CASES += [("constant_each", chains, draws) for chains, draws in [(2, 7), (2, 30), (3, 6), (3, 200), (4, 26), (5, 12), (5, 100), (6, 51), (7, 400), (8, 1000)]]
CASES += [("slow", 4, 3001), ("walk", 2, 3000), ("anti_correlated", 3, 2500)]

print("kind,chains,draws," + ",".join(name for name, _ in FIGURES))
for kind, chains, draws in CASES:
    x = numpy.array([chain(kind, index, draws) for index in range(chains)])
    print(",".join([kind, str(chains), str(draws)] + [repr(float(figure(x))) for _, figure in FIGURES]))
