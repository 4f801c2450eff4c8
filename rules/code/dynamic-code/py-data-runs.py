import joblib
import marshal
import pickle
import pkgutil

import torch
import yaml

# ruleid: py-data-runs
code = marshal.load(file)
# ruleid: py-data-runs
table = yaml.unsafe_load(pkgutil.get_data(__name__, "table.yaml"))
# ruleid: py-data-runs
table = yaml.load(text, Loader=yaml.Loader)
# ruleid: py-data-runs
model = joblib.load("widths.joblib")
# ruleid: py-data-runs
model = torch.load("widths.pt", weights_only=False)
# ruleid: py-data-runs
words = pickle.loads(pkgutil.get_data(__name__, "words.bin"))
# ruleid: py-data-runs
rows = shelve.open(os.path.join(os.path.dirname(__file__), "rows"))
# ok: py-data-runs
rows = shelve.open(cache)
# ok: py-data-runs
table = yaml.safe_load(text)
# ok: py-data-runs
table = yaml.load(text, Loader=yaml.SafeLoader)
# ok: py-data-runs
model = torch.load("widths.pt", weights_only=True)
# ok: py-data-runs
cached = pickle.load(file)
