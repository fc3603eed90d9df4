"""Names of the dtypes that models compute in. Without torch: the command line lists them."""

from typing import Literal, get_args

Dtype = Literal["fp32", "bf16"]
Preference = Literal["auto", "fp32", "bf16"]  # auto: chosen by measurement
DTYPES: tuple[Dtype, ...] = get_args(Dtype)
