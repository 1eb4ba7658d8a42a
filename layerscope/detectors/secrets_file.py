"""Files whose names say that they hold a secret."""

from layerscope.detectors.detector import Detector, Group

DETECTOR = Detector(
    id="secrets-file",
    title="credentials",
    group=Group.APPLICATION,
    files=(
        "**/id_rsa",
        "**/id_dsa",
        "**/id_ecdsa",
        "**/id_ed25519",
        "**/.netrc",
        "**/.env",
        "**/.env.local",
        "**/.env.prod*",
        "**/.env.dev*",
        "**/.env.staging",
        "**/.aws/credentials",
        "**/.docker/config.json",
        "**/.pypirc",
        "**/.kube/config",
        "**/kubeconfig",
        "**/application_default_credentials.json",
        "**/service-account*.json",
        "**/service_account*.json",
        "**/gcloud/credentials.db",
        "**/*key.pem",
        "**/*-key*.pem",
        "**/server.key",
        "**/.git-credentials",
    ),
    except_files=("**/*pub*key.pem", "**/*pub*-key*.pem"),
    unless_owned=True,
    why="Whoever can pull the image can read it, even where a later layer deletes the file.",
    fix="Mount it: `RUN --mount=type=secret`; then replace the secret, since it has been published.",
)
