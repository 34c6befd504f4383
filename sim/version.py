"""The version, apart so that nothing inside needs the package itself."""

__all__ = ["__version__"]

__version__ = "0.1.0"
