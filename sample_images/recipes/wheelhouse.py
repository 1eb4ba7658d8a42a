"""`wheelhouse`: wheels copied in one layer, removed in the next."""

from sample_images.recipes.cuda import cuda_base
from sample_images.recipes.dpkg import DpkgDatabase, packages
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.naive_devel import SITE, STARTED, copy_service
from sample_images.recipes.ubuntu import compile_standard_library
from sample_images.recipes.wheels import distributions, install

PYTHON = "apt-get update && apt-get install -y --no-install-recommends python3 python3-pip"


def wheelhouse() -> ImageRecipe:
    """The image, as BuildKit makes it."""
    image = ImageRecipe("wheelhouse", "wheelhouse:latest", STARTED)
    database = DpkgDatabase()
    cuda_base(image, database)
    image.later(STARTED)
    image.arguments = ()
    layer = image.run(f"{PYTHON} && apt-get clean && rm -rf /var/lib/apt/lists/*")
    database.install(layer, *packages("ubuntu", "python"), *packages("ubuntu", "pip"))
    compile_standard_library(layer, database)
    layer = image.copy("/wheels", "/wheels")
    wheels = distributions("serving")
    for wheel in wheels:
        layer.file(f"wheels/{wheel.wheel_name}", wheel.wheel())
    layer = image.run("pip install --no-cache-dir --no-index --find-links=/wheels /wheels/* && rm -rf /wheels")
    layer.whiteout("wheels")
    install(layer, SITE, wheels, compile_bytecode=True)
    copy_service(image.copy("onnx/", "/app/"), "onnx")
    image.user("1000:1000")
    image.command("python3", "/app/serve.py")
    return image
