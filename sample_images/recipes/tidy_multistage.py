"""`tidy-multistage`: the same service on `base`, built in two stages."""

from sample_images.recipes.cuda import cuda_base
from sample_images.recipes.dpkg import DpkgDatabase, packages
from sample_images.recipes.image import ImageRecipe
from sample_images.recipes.naive_devel import STARTED, copy_service
from sample_images.recipes.ubuntu import compile_standard_library
from sample_images.recipes.wheels import distributions, install

SITE = "opt/venv/lib/python3.10/site-packages"
VENV_CONFIG = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.10.12\n"


def tidy_multistage() -> ImageRecipe:
    """The image, as BuildKit makes it."""
    image = ImageRecipe("tidy-multistage", "tidy:multistage", STARTED)
    database = DpkgDatabase()
    cuda_base(image, database)
    image.later(STARTED)
    image.arguments = ()
    layer = image.run(
        "apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/*"
    )
    database.install(layer, *packages("ubuntu", "python"))
    compile_standard_library(layer, database)
    layer = image.copy("/opt/venv", "/opt/venv")
    layer.file("opt/venv/pyvenv.cfg", VENV_CONFIG)
    layer.symlink("opt/venv/bin/python3", "/usr/bin/python3")
    layer.symlink("opt/venv/lib64", "lib")
    install(layer, SITE, distributions("torch"), compile_bytecode=False)
    path = next(line for line in image.config["Env"] if line.startswith("PATH="))
    image.env(PATH=path.replace("PATH=", "/opt/venv/bin:"), PYTHONDONTWRITEBYTECODE="1")
    image.workdir("/app")
    copy_service(image.copy("app/", "."), "app")
    image.user("1000:1000")
    image.healthcheck("python3", "healthcheck.py", interval_s=30, timeout_s=5)
    image.command("python3", "serve.py")
    return image
