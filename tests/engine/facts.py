"""What layerscope says of an image that must not depend on where the image came from."""

from layerscope.analysis import Analysis


def facts(analysis: Analysis) -> dict[str, object]:
    """Return all that is said of the content, and nothing of reference, source, stored digests and transfer."""
    index, config = analysis.index, analysis.image.config
    rows = zip(
        map(index.path, range(len(index))),
        index.kinds.tolist(),
        index.sizes.tolist(),
        index.layers.tolist(),
        index.hidden_by.tolist(),
        index.causes.tolist(),
        index.visible.tolist(),
        index.data_rows.tolist(),
        strict=True,
    )
    return {
        "complete": analysis.is_complete,
        "warnings": analysis.warnings,
        "stored_bytes": index.stored_bytes,
        "live_bytes": index.live_bytes,
        "superseded_bytes": index.superseded_bytes,
        "duplicate_bytes": index.duplicate_bytes,
        "platform": config.platform,
        "command": (config.entrypoint, config.cmd, config.user, config.env, config.labels),
        "history": [(step.created_by, step.empty_layer) for step in config.history],
        "diff_ids": config.diff_ids,
        "layers": [
            (total.content_bytes, total.superseded_bytes, len(total.scan), total.scan.tar_bytes)
            for total in analysis.layer_totals
        ],
        "superseded": index.superseded,
        "duplicates": index.duplicates,
        "categories": [
            (total.detector.id, total.files, total.stored_bytes, total.live_bytes) for total in analysis.category_totals
        ],
        "packages": analysis.package_totals,
        "unowned_by_packages_bytes": analysis.unowned_by_packages_bytes,
        "rows": list(rows),
    }
