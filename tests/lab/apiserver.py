"""An API server with a few pods, their events and a node in it: enough for kubectl's describe, get and events."""

import datetime
import http.server
import json
import threading
import urllib.parse

import kubelet

PORT = 8001
CORE = ["pods", "events", "nodes", "namespaces", "secrets", "serviceaccounts"]
POD_COLUMNS = [("Name", 0), ("Ready", 0), ("Status", 0), ("Restarts", 0), ("Age", 0), ("IP", 1), ("Node", 1), ("Nominated Node", 1), ("Readiness Gates", 1)]
EVENT_COLUMNS = [("Last Seen", 0), ("Type", 0), ("Reason", 0), ("Object", 0), ("Subobject", 1), ("Source", 1), ("Message", 0), ("First Seen", 1), ("Count", 1), ("Name", 1)]


def age(stamp):
    seconds = int((datetime.datetime.utcnow() - datetime.datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ")).total_seconds())
    return f"{seconds}s" if seconds < 120 else f"{seconds // 60}m{seconds % 60}s" if seconds < 600 else f"{seconds // 60}m"


def pod_row(pod):
    waiting = pod["status"]["containerStatuses"][0]["state"]["waiting"]["reason"]
    born = age(pod["metadata"]["creationTimestamp"])
    return [pod["metadata"]["name"], "0/1", waiting, 0, born, pod["status"]["podIP"], pod["spec"]["nodeName"], "<none>", "<none>"]


def event_row(event):
    involved, source = event["involvedObject"], event["source"]
    seen, first = age(event["lastTimestamp"]), age(event["firstTimestamp"])
    origin = ", ".join([source["component"], *([source["host"]] if "host" in source else [])])
    return [seen, event["type"], event["reason"], f"pod/{involved['name']}", involved.get("fieldPath", ""), origin, event["message"].strip(), first, event["count"], event["metadata"]["name"]]


def table(items, columns, row):
    definitions = [{"name": name, "type": "string", "format": "name" if name == "Name" else "", "description": "", "priority": priority} for name, priority in columns]
    rows = [{"cells": row(item), "object": item} for item in items]
    return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {}, "columnDefinitions": definitions, "rows": rows}


class Cluster:
    """What is in the cluster; `add` puts a failed pod into it."""

    def __init__(self):
        self.pods, self.events = {}, {}
        handler = type("Handler", (Handler,), {"cluster": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def add(self, name, namespace, image, failure, minor):
        """`minor` is the version of the kubelet, which words the failure."""
        now = datetime.datetime.utcnow()
        self.pods[namespace, name] = kubelet.pod(name, namespace, image, failure, minor, now)
        self.events[namespace, name] = kubelet.events(name, namespace, image, failure, minor, now)

    def find(self, path, query):
        words = path.strip("/").split("/")[2:]
        namespace = None
        if words[:1] == ["namespaces"] and len(words) > 2:
            namespace, words = words[1], words[2:]
        if words[0] == "pods" and len(words) == 2:
            return self.pods.get((namespace, words[1]))
        if words[0] == "pods":
            return listed("Pod", [pod for (where, _), pod in self.pods.items() if namespace in (None, where)])
        if words[0] == "events":
            wanted = dict(part.split("=", 1) for part in query.get("fieldSelector", [""])[0].split(",") if "=" in part)
            name = wanted.get("involvedObject.name")
            rows = [event for (where, pod), events in self.events.items() if namespace in (None, where) and name in (None, pod) for event in events]
            return listed("Event", rows)
        return None


def listed(kind, items):
    return {"kind": f"{kind}List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": items}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cluster = None

    def log_message(self, *_):
        """kubectl's output is what counts."""

    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        found = self.discovery(url.path) or self.cluster.find(url.path, urllib.parse.parse_qs(url.query)) if url.path.startswith("/api") else self.discovery(url.path)
        if found and "as=Table" in self.headers.get("Accept", "") and found["kind"] in ("PodList", "EventList", "Pod"):
            items = found["items"] if "items" in found else [found]
            found = table(items, *((EVENT_COLUMNS, event_row) if found["kind"] == "EventList" else (POD_COLUMNS, pod_row)))
        missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404, "message": "the server could not find the requested resource"}
        body = json.dumps(found or missing).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def discovery(self, path):
        if path == "/version":
            return {"major": "1", "minor": "28", "gitVersion": "v1.28.0", "kind": ""}
        if path == "/api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if path == "/api/v1":
            kinds = {"pods": ("Pod", "po"), "events": ("Event", "ev"), "nodes": ("Node", "no"), "namespaces": ("Namespace", "ns"), "secrets": ("Secret", "sec"), "serviceaccounts": ("ServiceAccount", "sa")}
            resources = [{"name": name, "singularName": kinds[name][0].lower(), "namespaced": name not in ("nodes", "namespaces"), "kind": kinds[name][0], "verbs": ["get", "list"], "shortNames": [kinds[name][1]]} for name in CORE]
            return {"kind": "APIResourceList", "groupVersion": "v1", "resources": resources}
        return None
