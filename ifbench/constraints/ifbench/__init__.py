"""The 58 types of IFBench."""

from __future__ import annotations

from ifbench.constraints.ifbench import counts as counts
from ifbench.constraints.ifbench import custom as custom
from ifbench.constraints.ifbench import custom_csv as custom_csv
from ifbench.constraints.ifbench import custom_geography as custom_geography
from ifbench.constraints.ifbench import custom_sentences as custom_sentences
from ifbench.constraints.ifbench import format as format
from ifbench.constraints.ifbench import japanese as japanese
from ifbench.constraints.ifbench import layout as layout
from ifbench.constraints.ifbench import lists as lists
from ifbench.constraints.ifbench import nesting as nesting
from ifbench.constraints.ifbench import ratios as ratios
from ifbench.constraints.ifbench import repeat as repeat
from ifbench.constraints.ifbench import sections as sections
from ifbench.constraints.ifbench import sentence_ratios as sentence_ratios
from ifbench.constraints.ifbench import sentences as sentences
from ifbench.constraints.ifbench import tagging as tagging
from ifbench.constraints.ifbench import word_lists as word_lists
from ifbench.constraints.ifbench import word_order as word_order
from ifbench.constraints.ifbench import word_places as word_places
from ifbench.constraints.ifbench import words as words
