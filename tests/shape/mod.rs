//! Inputs of one shape, of any length: what a reader could follow too deep, too far or in pairs.
//!
//! `tests/robustness.rs` sees that each gives a report that adds up, `benches/growth.rs` how the time grows with the length.

/// A text that is made ever longer in one way.
pub(crate) struct Shape {
    pub(crate) what: String,
    make: Box<dyn Fn(usize) -> String>,
}

impl Shape {
    fn new(what: impl Into<String>, make: impl Fn(usize) -> String + 'static) -> Self {
        Shape { what: what.into(), make: Box::new(make) }
    }

    /// `piece` over and over behind `before`.
    fn repeated(what: String, before: &str, piece: &str) -> Self {
        let (before, piece) = (before.to_owned(), piece.to_owned());
        Self::new(what, move |size| format!("{before}{}", piece.repeat(size / piece.len())))
    }

    /// The text of about this many bytes.
    pub(crate) fn of(&self, size: usize) -> String {
        (self.make)(size)
    }
}

/// All shapes.
pub(crate) fn all() -> Vec<Shape> {
    nested().into_iter().chain(long_lines()).chain(many_lines()).collect()
}

fn nested() -> Vec<Shape> {
    let mut shapes = Vec::new();
    for open in ["[", "{", "{\"a\":", "[{\"items\":", "- ", "("] {
        shapes.push(Shape::repeated(format!("{open:?} nested"), "", open));
        let list = "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": [\n";
        shapes.push(Shape::repeated(format!("{open:?} nested in a list of objects"), list, open));
    }
    shapes.push(Shape::new("indented YAML", |size| {
        let depth = (size * 2).isqrt();
        let nested: String = (0..depth).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
        format!("apiVersion: v1\nkind: Pod\nmetadata:\n{nested}")
    }));
    let event = "Warning  Failed  9s  kubelet  Failed to pull image \"a/b:1\": ";
    shapes.push(Shape::repeated("wrapped errors".into(), event, "rpc error: code = Unknown desc = "));
    shapes.push(Shape::repeated("elements of an aggregate".into(), &format!("{event}["), "rpc error: code = Unknown desc = a, "));
    shapes.push(Shape::repeated("escapes".into(), "E1122 09:00:00.000000       1 a.go:1] \"x\" err=\"", "\\\\\\\""));
    shapes
}

fn long_lines() -> Vec<Shape> {
    let pieces = [
        "a",
        " ",
        "\t",
        "\"",
        "\\",
        "|",
        ">",
        "&quot;",
        "\u{1b}[31m",
        "이",
        ": ",
        "failed to do request: ",
        "Failed to pull image \"a/b:1\": ",
        "10.0.0.1:443 ",
        "x=\"y\" ",
    ];
    pieces.iter().map(|piece| Shape::repeated(format!("a line of {piece:?}"), "", piece)).collect()
}

fn many_lines() -> Vec<Shape> {
    let lines = [
        "",
        " ",
        "> ",
        "| ",
        "```",
        "---",
        "a",
        "{",
        "- a: 1",
        "Events:",
        "Name: a",
        "  Type  Reason  Age  From  Message",
        "NAME READY STATUS RESTARTS AGE",
        "Warning  Failed  9s  kubelet  Error: ErrImagePull",
    ];
    let mut shapes: Vec<Shape> = lines.iter().map(|line| Shape::repeated(format!("lines of {line:?}"), "", &format!("{line}\n"))).collect();
    // Work over pairs of facts shows itself only where there are many.
    shapes.push(Shape::new("different events", |size| {
        let row = |n| {
            format!(
                "Warning  Failed  9s  kubelet  Failed to pull image \"r{n}.io/a:1\": dial tcp 10.0.0.1:443: connect: connection refused\n"
            )
        };
        (0..size / 110).map(row).collect()
    }));
    shapes.push(Shape::new("different lines of a log", |size| {
        let row = |n| format!("E1122 09:00:00.000000       1 a.go:1] \"Error syncing pod\" err=\"failed to \\\"StartContainer\\\" for \\\"a\\\" with ImagePullBackOff\" pod=\"a/b-{n}\"\n");
        (0..size / 120).map(row).collect()
    }));
    shapes
}
