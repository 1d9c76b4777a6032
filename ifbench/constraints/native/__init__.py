"""Our own types: what users ask of models and no published set asks."""

from __future__ import annotations

from ifbench.constraints.native import amounts as amounts
from ifbench.constraints.native import answers as answers
from ifbench.constraints.native import asking as asking
from ifbench.constraints.native import citations as citations
from ifbench.constraints.native import code as code
from ifbench.constraints.native import dates as dates
from ifbench.constraints.native import entities as entities
from ifbench.constraints.native import fixed_wording as fixed_wording
from ifbench.constraints.native import headings as headings
from ifbench.constraints.native import house_style as house_style
from ifbench.constraints.native import initials as initials
from ifbench.constraints.native import japanese as japanese
from ifbench.constraints.native import json_documents as json_documents
from ifbench.constraints.native import language_marks as language_marks
from ifbench.constraints.native import languages as languages
from ifbench.constraints.native import length as length
from ifbench.constraints.native import lines as lines
from ifbench.constraints.native import lists as lists
from ifbench.constraints.native import marks as marks
from ifbench.constraints.native import markup as markup
from ifbench.constraints.native import openings as openings
from ifbench.constraints.native import order as order
from ifbench.constraints.native import parts as parts
from ifbench.constraints.native import person as person
from ifbench.constraints.native import position as position
from ifbench.constraints.native import punctuation as punctuation
from ifbench.constraints.native import python_functions as python_functions
from ifbench.constraints.native import revised_lists as revised_lists
from ifbench.constraints.native import revision as revision
from ifbench.constraints.native import scripts as scripts
from ifbench.constraints.native import sequences as sequences
from ifbench.constraints.native import spelling as spelling
from ifbench.constraints.native import syllables as syllables
from ifbench.constraints.native import tabular as tabular
from ifbench.constraints.native import terms as terms
from ifbench.constraints.native import units as units
from ifbench.constraints.native import values as values
from ifbench.constraints.native import vocabulary as vocabulary
from ifbench.constraints.native import yaml_documents as yaml_documents
