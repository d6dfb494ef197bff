//! A picture of what failed: nodes, pods, images and registries, and where the causes lie.
//!
//! In: the subjects of all diagnoses. Out: boxes in columns, the lines between them, and the same as rows of a
//! table, which has everything; the picture has the first boxes of each column and one for the rest.

use super::cite::{Link, finding_id};
use super::finding::severity_class;
use super::pod_name;
use crate::section::blast_radius;
use crate::words::Words;
use crate::wrap::{clean, cut, cut_front, width};
use pullan_analyzer::{Affected, Extent, Report};
use std::collections::{BTreeMap, BTreeSet};

const BOX: Size = Size { width: 196, height: 32 };
const GAP: Size = Size { width: 40, height: 12 };
/// Where the first box of a column begins, below the column's title.
const TOP: usize = 36;
/// Room for the badges at the edge of a box.
const MARGIN: usize = 12;
/// Columns of a fixed-width font at 12 px that fit in a box.
const LABEL: usize = 24;
/// So many boxes in a column; the last one stands for all others when there are more.
const MOST: usize = 14;
/// So many rows in the table.
const MOST_ROWS: usize = 1_000;

struct Size {
    width: usize,
    height: usize,
}

/// The kinds of boxes, from left to right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Node,
    Pod,
    Image,
    Registry,
}

const COLUMNS: [Column; 4] = [Column::Node, Column::Pod, Column::Image, Column::Registry];

/// The picture and its table.
pub(super) struct Map {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) heads: Vec<Head>,
    pub(super) edges: Vec<Edge>,
    pub(super) boxes: Vec<Node>,
    pub(super) rows: Vec<Row>,
    pub(super) more_rows: String,
    /// Findings that have no place in it, as links.
    pub(super) unplaced: Vec<Link>,
    pub(super) description: String,
}

/// Title of a column.
pub(super) struct Head {
    pub(super) x: usize,
    pub(super) text: &'static str,
}

/// A line from a box to one of a column further right.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) from: (usize, usize),
    pub(super) to: (usize, usize),
}

impl Edge {
    /// The column where the curve bends.
    pub(super) fn bend(&self) -> usize {
        self.from.0.midpoint(self.to.0)
    }
}

/// A box.
pub(super) struct Node {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) label: String,
    /// The whole name, and whether a cause lies here.
    pub(super) title: String,
    /// Severity of the gravest cause that lies here, or `unnamed`, or empty.
    pub(super) class: &'static str,
    pub(super) badges: Vec<Badge>,
}

impl Node {
    pub(super) fn width(&self) -> usize {
        BOX.width
    }

    pub(super) fn height(&self) -> usize {
        BOX.height
    }
}

/// Number of a finding at the box where its cause lies.
pub(super) struct Badge {
    pub(super) x: usize,
    pub(super) link: Link,
}

/// One subject.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) pod: String,
    pub(super) container: String,
    pub(super) image: String,
    pub(super) registry: String,
    pub(super) node: String,
    pub(super) finding: usize,
    pub(super) href: String,
}

/// What a box stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Known(String),
    /// The pod of a statement that names a node and an image, but no pod. A line past the pods would seem to touch one.
    PodOf {
        node: String,
        image: String,
    },
}

impl Name {
    fn as_str(&self, words: Words) -> &str {
        match self {
            Name::Known(name) => name,
            Name::PodOf { .. } => words.html_unnamed_pod(),
        }
    }

    fn is_known(&self) -> bool {
        matches!(self, Name::Known(_))
    }
}

/// Names of a subject, by column.
type Path = BTreeMap<Column, Name>;

/// The map; `None` when no diagnosis names anything.
pub(super) fn map(report: &Report, words: Words) -> Option<Map> {
    let registries = registries(report);
    let mut names: BTreeMap<Column, Vec<Name>> = BTreeMap::new();
    let mut roots: BTreeMap<(Column, Name), BTreeSet<usize>> = BTreeMap::new();
    let (mut seen, mut paths, mut rows) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut unplaced = Vec::new();
    for (index, diagnosis) in report.diagnoses.iter().enumerate() {
        if diagnosis.subjects.iter().all(|affected| path(affected, &registries).is_empty()) {
            unplaced.push(Link { href: format!("#{}", finding_id(index)), text: (index + 1).to_string() });
        }
        for affected in &diagnosis.subjects {
            let path = path(affected, &registries);
            for (column, name) in &path {
                if seen.insert((*column, name.clone())) {
                    names.entry(*column).or_default().push(name.clone());
                }
            }
            if let Some(place) = blast_radius(diagnosis).and_then(|extent| root(extent, &path)) {
                roots.entry(place).or_default().insert(index);
            }
            let cell = |column: Column| match path.get(&column) {
                Some(Name::Known(name)) => name.clone(),
                _ => String::new(),
            };
            rows.insert(Row {
                pod: cell(Column::Pod),
                container: affected.subject.container.clone().unwrap_or_default(),
                image: cell(Column::Image),
                registry: cell(Column::Registry),
                node: cell(Column::Node),
                finding: index + 1,
                href: format!("#{}", finding_id(index)),
            });
            paths.insert(path);
        }
    }
    let columns: Vec<Column> = COLUMNS.into_iter().filter(|column| names.contains_key(column)).collect();
    if columns.is_empty() {
        return None;
    }
    let tallest = names.values().map(|names| names.len().min(MOST)).max().unwrap_or(0);
    let body = tallest * (BOX.height + GAP.height) - GAP.height;
    let place = Places { columns: &columns, names: &names, body };
    let mut edges = BTreeSet::new();
    for path in &paths {
        let stops: Vec<(usize, usize)> = path.iter().map(|(column, name)| place.of(*column, name)).collect();
        for pair in stops.windows(2) {
            edges.insert(Edge { from: (pair[0].0 + BOX.width, pair[0].1 + BOX.height / 2), to: (pair[1].0, pair[1].1 + BOX.height / 2) });
        }
    }
    let boxes = columns.iter().flat_map(|column| boxes(report, *column, &place, &roots, words)).collect();
    let count = |column: Column| names.get(&column).map_or(0, |names| names.iter().filter(|name| name.is_known()).count());
    let reach = words.reach(count(Column::Pod), count(Column::Image), count(Column::Registry), count(Column::Node));
    Some(Map {
        width: 2 * MARGIN + columns.len() * (BOX.width + GAP.width) - GAP.width,
        height: TOP + body + MARGIN,
        heads: columns.iter().map(|column| Head { x: place.x(*column), text: title(*column, words) }).collect(),
        edges: edges.into_iter().collect(),
        boxes,
        more_rows: if rows.len() > MOST_ROWS { words.more(rows.len() - MOST_ROWS) } else { String::new() },
        rows: rows.into_iter().take(MOST_ROWS).collect(),
        unplaced,
        description: format!("{}: {reach}", words.html_map_heading()),
    })
}

/// Registry of each image, as the facts have it.
fn registries(report: &Report) -> BTreeMap<&str, &str> {
    report.facts.iter().filter_map(|fact| Some((fact.str("image")?, fact.str("registry")?))).collect()
}

fn path(affected: &Affected, registries: &BTreeMap<&str, &str>) -> Path {
    let subject = &affected.subject;
    let registry = affected.image.as_deref().and_then(|image| registries.get(image)).map(|registry| (*registry).to_owned());
    let mut path: Path = [
        (Column::Node, subject.node.clone()),
        (Column::Pod, pod_name(subject)),
        (Column::Image, affected.image.clone()),
        (Column::Registry, registry),
    ]
    .into_iter()
    .filter_map(|(column, name)| Some((column, Name::Known(name?))))
    .collect();
    if let (Some(node), None, Some(image)) = (&subject.node, &subject.pod, &affected.image) {
        path.insert(Column::Pod, Name::PodOf { node: node.clone(), image: image.clone() });
    }
    path
}

/// Where a cause lies: in the thing that limits how far it reaches, or in what comes nearest to it of what is known.
fn root(extent: Extent, path: &Path) -> Option<(Column, Name)> {
    let order = match extent {
        Extent::Image | Extent::Repository => [Column::Image, Column::Registry, Column::Pod, Column::Node],
        Extent::Registry => [Column::Registry, Column::Image, Column::Node, Column::Pod],
        Extent::Node | Extent::Everything => [Column::Node, Column::Registry, Column::Image, Column::Pod],
        Extent::Namespace => [Column::Pod, Column::Image, Column::Node, Column::Registry],
    };
    order.into_iter().find_map(|column| path.get(&column).filter(|name| name.is_known()).map(|name| (column, name.clone())))
}

/// Where boxes stand.
struct Places<'m> {
    columns: &'m [Column],
    names: &'m BTreeMap<Column, Vec<Name>>,
    body: usize,
}

impl Places<'_> {
    fn x(&self, column: Column) -> usize {
        let index = self.columns.iter().position(|known| *known == column).unwrap_or(0);
        MARGIN + index * (BOX.width + GAP.width)
    }

    /// The left upper corner of a box; short columns stand in the middle.
    fn at(&self, column: Column, row: usize) -> (usize, usize) {
        let count = self.names.get(&column).map_or(1, Vec::len).clamp(1, MOST);
        let used = count * (BOX.height + GAP.height) - GAP.height;
        (self.x(column), TOP + (self.body - used) / 2 + row * (BOX.height + GAP.height))
    }

    fn of(&self, column: Column, name: &Name) -> (usize, usize) {
        let names = self.names.get(&column).map(Vec::as_slice).unwrap_or_default();
        let row = names.iter().take(own_boxes(names)).position(|known| known == name).unwrap_or(MOST - 1);
        self.at(column, row)
    }
}

/// How many names of a column have a box of their own.
fn own_boxes(names: &[Name]) -> usize {
    if names.len() > MOST { MOST - 1 } else { names.len() }
}

fn boxes(
    report: &Report,
    column: Column,
    place: &Places<'_>,
    roots: &BTreeMap<(Column, Name), BTreeSet<usize>>,
    words: Words,
) -> Vec<Node> {
    let names = place.names.get(&column).map(Vec::as_slice).unwrap_or_default();
    let (own, others) = names.split_at(own_boxes(names));
    let causes = |names: &[Name]| -> BTreeSet<usize> {
        names.iter().filter_map(|name| roots.get(&(column, name.clone()))).flatten().copied().collect()
    };
    let node = |row: usize, label: String, title: String, causes: BTreeSet<usize>| {
        let (x, y) = place.at(column, row);
        let severity = causes.iter().filter_map(|index| report.diagnoses.get(*index)).map(|diagnosis| diagnosis.severity).min();
        let numbers: Vec<String> = causes.iter().map(|index| (index + 1).to_string()).collect();
        let title = if numbers.is_empty() { title } else { format!("{title} ({})", words.root_of(&numbers.join(", "))) };
        let badge = |(at, index): (usize, &usize)| Badge {
            x: x + BOX.width - 6 - at * 24,
            link: Link { href: format!("#{}", finding_id(*index)), text: (index + 1).to_string() },
        };
        // More badges than a few would cover the name; the table has them all.
        let badges = causes.iter().take(4).enumerate().map(badge).collect();
        Node { x, y, label, title, class: severity.map(severity_class).unwrap_or_default(), badges }
    };
    let registries = place.names.get(&Column::Registry).map(Vec::as_slice).unwrap_or_default();
    let mut boxes: Vec<Node> = own
        .iter()
        .enumerate()
        .map(|(row, name)| {
            let whole = name.as_str(words);
            let node = node(row, short(whole, column, registries), whole.to_owned(), causes(std::slice::from_ref(name)));
            if name.is_known() { node } else { Node { class: "unnamed", ..node } }
        })
        .collect();
    if !others.is_empty() {
        let more = words.more(others.len());
        boxes.push(node(MOST - 1, more.clone(), more, causes(others)));
    }
    boxes
}

/// As much of a name as fits: an image without its registry, which has a box, a pod without its namespace if need be. Of
/// both the end tells more.
fn short(name: &str, column: Column, registries: &[Name]) -> String {
    let name = match column {
        Column::Image => without_registry(name, registries),
        Column::Pod if width(name) > LABEL => name.split_once('/').map_or(name, |(_, pod)| pod),
        _ => name,
    };
    let name = clean(name);
    match column {
        Column::Image | Column::Pod => cut_front(&name, LABEL).into_owned(),
        Column::Node | Column::Registry => cut(&name, LABEL).into_owned(),
    }
}

fn without_registry<'n>(image: &'n str, registries: &[Name]) -> &'n str {
    let known = registries.iter().filter_map(|registry| if let Name::Known(registry) = registry { Some(registry.as_str()) } else { None });
    known.filter_map(|registry| image.strip_prefix(registry)?.strip_prefix('/')).next().unwrap_or(image)
}

fn title(column: Column, words: Words) -> &'static str {
    match column {
        Column::Node => words.node(),
        Column::Pod => words.pod(),
        Column::Image => words.image(),
        Column::Registry => words.html_registries(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pullan_analyzer::Language;

    fn map_of(text: &str) -> Option<Map> {
        map(&pullan_analyzer::analyze("events.txt", text.as_bytes()), Words(Language::English))
    }

    fn event(pod: usize) -> String {
        format!(
            "shop  9s  Warning  Failed  pod/web-{pod}  Failed to pull image \"r.example:5000/a:1\": rpc error: code = Unknown desc = failed to do request: Head \"https://r.example:5000/v2/a/manifests/1\": dial tcp 10.0.0.1:5000: connect: connection refused\n"
        )
    }

    #[test]
    fn the_cause_is_marked_where_it_lies() {
        let map = map_of(&format!("NAMESPACE  LAST SEEN  TYPE  REASON  OBJECT  MESSAGE\n{}{}", event(1), event(2))).expect("a map");
        let heads: Vec<&str> = map.heads.iter().map(|head| head.text).collect();
        assert_eq!(heads, ["pod", "image", "registry"]);
        let boxes: Vec<(&str, &str)> = map.boxes.iter().map(|node| (node.label.as_str(), node.class)).collect();
        assert_eq!(boxes, [("shop/web-1", ""), ("shop/web-2", ""), ("a:1", ""), ("r.example:5000", "error")]);
        assert_eq!((map.edges.len(), map.rows.len()), (3, 2));
        assert_eq!(map.boxes[3].badges[0].link.href, "#d1");
        let inside = |node: &Node| node.x + BOX.width <= map.width && node.y + BOX.height <= map.height;
        assert!(map.boxes.iter().all(inside));
    }

    #[test]
    fn many_boxes_are_summed_up_and_the_table_has_them_all() {
        let events: String = (0..40).map(event).collect();
        let map = map_of(&format!("NAMESPACE  LAST SEEN  TYPE  REASON  OBJECT  MESSAGE\n{events}")).expect("a map");
        let pods: Vec<&str> = map.boxes.iter().map(|node| node.label.as_str()).take(MOST).collect();
        assert_eq!((pods.len(), pods[MOST - 1], map.rows.len()), (MOST, "and 27 more", 40));
    }

    #[test]
    fn a_statement_without_a_pod_touches_no_pod() {
        let bare = "Warning  Failed  9s  kubelet, n1  Failed to pull image \"r.example:5000/b:1\": rpc error: code = Unknown desc = failed to do request: Head \"https://r.example:5000/v2/b/manifests/1\": dial tcp 10.0.0.1:5000: connect: connection refused\n";
        let map = map_of(&format!("NAMESPACE  LAST SEEN  TYPE  REASON  OBJECT  MESSAGE\n{}\n\nEvents:\n{bare}", event(1))).expect("a map");
        let boxes: Vec<(&str, &str)> = map.boxes.iter().map(|node| (node.label.as_str(), node.class)).collect();
        assert_eq!(
            boxes,
            [("n1", ""), ("pod not named", "unnamed"), ("shop/web-1", ""), ("b:1", ""), ("a:1", ""), ("r.example:5000", "error")]
        );
        assert_eq!(map.description, "What failed: 1 pod, 2 images, 1 registry, 1 node");
    }

    #[test]
    fn a_cause_that_is_not_known_lies_nowhere() {
        let table = "NAME    READY   STATUS             RESTARTS   AGE   IP       NODE       NOMINATED NODE   READINESS GATES\nweb-1   0/1     ImagePullBackOff   0          9m    <none>   worker-1   <none>           <none>\n";
        let map = map_of(table).expect("a map");
        let boxes: Vec<(&str, &str)> = map.boxes.iter().map(|node| (node.label.as_str(), node.class)).collect();
        assert_eq!((boxes, map.rows.len()), (vec![("worker-1", ""), ("web-1", "")], 1));
    }

    #[test]
    fn nothing_wrong_has_no_map() {
        assert!(map_of("all is well").is_none());
    }
}
