"""How static files are stored: with a hash in their names, also where one of our scripts imports another."""

from whitenoise.storage import CompressedManifestStaticFilesStorage as _Hashed

_EVERY_SCRIPT, _IMPORTS = _Hashed._js_module_import_aggregation_patterns  # noqa: SLF001


class StaticFiles(_Hashed):
    """Names in `import … from "./other.js"` are rewritten in our own scripts only; those of others come as bundles."""

    patterns = (*_Hashed.patterns, ("js/*.js", _IMPORTS))
