"""Where constraint types come from."""

from __future__ import annotations

IFEVAL = "IFEval (Zhou et al. 2023, arXiv:2311.07911)"
IFBENCH = "IFBench (Pyatkin et al. 2025, arXiv:2507.02833)"
IFTRAIN = "IFTrain (Pyatkin et al. 2025, arXiv:2507.02833)"
NATIVE = "ifbench"
