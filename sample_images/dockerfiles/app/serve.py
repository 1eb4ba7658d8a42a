"""Answer on port 8000 with what the model says; stands for any inference service."""

import http.server
import json

import torch  # type: ignore[import-not-found]

PORT = 8000


class Handler(http.server.BaseHTTPRequestHandler):
    """Says whether a GPU is there."""

    def do_GET(self) -> None:
        """Answer any path."""
        body = json.dumps({"cuda": torch.cuda.is_available(), "version": torch.__version__}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    http.server.ThreadingHTTPServer(("", PORT), Handler).serve_forever()
