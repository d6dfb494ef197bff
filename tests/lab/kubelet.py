"""What the kubelet and the API server keep of a failed pull: the pod's status and events.

The lab has no cluster, so this is written after the kubelet's source: kubelets before 1.28 keep the gRPC prefix of every
error, later ones drop it from PullImage errors of code Unknown; only 1.32 and later repeat the error in the waiting message.
"""

import datetime

NODE = "worker-1"


def message(failure, image, minor):
    prefix = "" if minor >= 28 and failure.code == "Unknown" else f"rpc error: code = {failure.code} desc = "
    return f'Failed to pull image "{image}": {prefix}{failure.text}'


def of_sandbox(failure):
    """Whether the pod's sandbox failed, before any container's image was asked for."""
    return failure.text.startswith("failed to get sandbox image")


def stamp(ago, now):
    return (now - datetime.timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%SZ")


def event(pod, namespace, number, ago, count, kind, reason, text, now, component="kubelet"):
    involved = {"kind": "Pod", "namespace": namespace, "name": pod, "uid": f"uid-{pod}", "apiVersion": "v1", "fieldPath": "spec.containers{app}"}
    if component != "kubelet" or reason == "FailedCreatePodSandBox":
        del involved["fieldPath"]
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": f"{pod}.{number:016x}", "namespace": namespace, "creationTimestamp": stamp(ago + 30 * (count - 1), now)},
        "involvedObject": involved,
        "reason": reason,
        "message": text,
        "source": {"component": component, **({"host": NODE} if component == "kubelet" else {})},
        "firstTimestamp": stamp(ago + 30 * (count - 1), now),
        "lastTimestamp": stamp(ago, now),
        "count": count,
        "type": kind,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": NODE,
    }


def events(pod, namespace, image, failure, minor, now):
    """The events of a pod whose image was tried three times."""
    scheduled = (100, 1, "Normal", "Scheduled", f"Successfully assigned {namespace}/{pod} to {NODE}")
    rows = [
        scheduled,
        (20, 3, "Normal", "Pulling", f'Pulling image "{image}"'),
        (19, 3, "Warning", "Failed", message(failure, image, minor)),
        (19, 3, "Warning", "Failed", "Error: ErrImagePull"),
        (7, 2, "Normal", "BackOff", f'Back-off pulling image "{image}"'),
        (7, 2, "Warning", "Failed", "Error: ImagePullBackOff"),
    ]
    if of_sandbox(failure):
        text = f"Failed to create pod sandbox: rpc error: code = {failure.code} desc = {failure.text}"
        rows = [scheduled, (19, 3, "Warning", "FailedCreatePodSandBox", text)]
    component = {"Scheduled": "default-scheduler"}
    return [event(pod, namespace, n, *row, now, component.get(row[3], "kubelet")) for n, row in enumerate(rows)]


def pod(name, namespace, image, failure, minor, now):
    tail = ": ErrImagePull: " + message(failure, image, minor).split('": ', 1)[1] if minor >= 32 else ""
    waiting = {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"{tail}'}
    if of_sandbox(failure):
        waiting = {"reason": "ContainerCreating"}
    conditions = [
        {"type": "Initialized", "status": "True"},
        {"type": "Ready", "status": "False", "reason": "ContainersNotReady"},
        {"type": "ContainersReady", "status": "False", "reason": "ContainersNotReady"},
        {"type": "PodScheduled", "status": "True"},
    ]
    return {
        "kind": "Pod",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", "labels": {"app": name}, "creationTimestamp": stamp(100, now)},
        "spec": {
            "containers": [{"name": "app", "image": image, "imagePullPolicy": "IfNotPresent"}],
            "nodeName": NODE,
            "serviceAccountName": "default",
            "restartPolicy": "Always",
        },
        "status": {
            "phase": "Pending",
            "conditions": conditions,
            "hostIP": "10.0.0.21",
            "podIP": "10.244.1.7",
            "podIPs": [{"ip": "10.244.1.7"}],
            "startTime": stamp(100, now),
            "qosClass": "BestEffort",
            "containerStatuses": [
                {"name": "app", "image": image, "imageID": "", "ready": False, "started": False, "restartCount": 0, "state": {"waiting": waiting}, "lastState": {}}
            ],
        },
    }
