//! No circle inside a floor: of two modules that stand side by side in a folder, at most one knows the other, directly or
//! through a third. A folder is seen as one module from outside, and a module may know its own folder's `mod.rs`.
//!
//! The wings of `services`, `db` and `domain` only group nouns: a noun stands beside all nouns of its floor.

use super::{Module, source, sources};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Floors whose nouns stand in wings.
const FLOORS_WITH_WINGS: &[&str] = &["db", "domain", "services"];
/// The wings, the same on each of these floors.
const WINGS: &[&str] = &["desks", "fieldwork", "operation", "outbox", "people", "records", "registry", "watch"];

/// A module as the names of its path below the crate.
type Name<'a> = Vec<&'a str>;
/// Which modules each module knows, and the files that say so.
type Graph<'a> = BTreeMap<Name<'a>, BTreeMap<Name<'a>, &'a str>>;

/// How many names a wing takes up below `folder`, for the module `name` in it.
fn wing(folder: &[&str], name: &[&str]) -> usize {
    let has_wings = folder.len() == 1 && folder.iter().all(|floor| FLOORS_WITH_WINGS.contains(floor));
    usize::from(has_wings && name.get(1).is_some_and(|name| WINGS.contains(name)))
}

/// The child of `folder` that `name` is or is in; `None` for the folder itself and what is outside.
fn child<'a>(folder: &[&str], name: &[&'a str]) -> Option<Name<'a>> {
    let length = folder.len() + 1 + wing(folder, name);
    (name.starts_with(folder) && name.len() >= length).then(|| name.iter().take(length).copied().collect())
}

/// The path as names below the crate; `None` for another crate's path and one that stays inside the file.
fn absolute<'a>(module: &Module<'a>, path: &source::Named<'a>) -> Option<Name<'a>> {
    let climbed = path.names.iter().take_while(|name| **name == "super").count();
    match path.names.as_slice() {
        ["crate", rest @ ..] => Some(rest.to_vec()),
        ["super", ..] if climbed > path.depth => {
            let kept = module.names.len().checked_sub(climbed - path.depth)?;
            Some(module.names.iter().take(kept).chain(path.names.iter().skip(climbed)).copied().collect())
        }
        _ => None,
    }
}

/// Which modules know which, by the folder in which they stand side by side.
fn graphs<'a>(files: &'a [(String, String)]) -> BTreeMap<Name<'a>, Graph<'a>> {
    let modules: BTreeSet<Name<'_>> = files.iter().map(|(file, _)| Module::of(file).names).collect();
    let mut graphs: BTreeMap<Name<'a>, Graph<'a>> = BTreeMap::new();
    for (file, text) in files {
        let module = Module::of(file);
        for path in source::paths(text) {
            let Some(mut known) = absolute(&module, &path) else { continue };
            // What is named may be an item of a module.
            while !known.is_empty() && !modules.contains(&known) {
                known.pop();
            }
            for length in 1..module.names.len() {
                let folder: Name<'a> = module.names.iter().take(length).copied().collect();
                let (Some(from), Some(to)) = (child(&folder, &module.names), child(&folder, &known)) else { continue };
                if from != to {
                    graphs.entry(folder).or_default().entry(from).or_default().insert(to, file);
                }
            }
        }
    }
    graphs
}

/// A way from `start` back to it.
fn circle<'a>(graph: &Graph<'a>, start: &Name<'a>) -> Option<Vec<Name<'a>>> {
    let mut ways = vec![vec![start.clone()]];
    let mut seen = BTreeSet::new();
    // Breadth first, so that the shortest circle is found.
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in way.last().and_then(|last| graph.get(last)).into_iter().flat_map(BTreeMap::keys) {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next.clone()) {
                    longer.push(way.iter().chain([next]).cloned().collect());
                }
            }
        }
        ways = longer;
    }
    None
}

/// The circles of a source tree, each once, as `services: alerts → risk → alerts (services/watch/alerts/mod.rs …)`.
fn circles(files: &[(String, String)]) -> BTreeSet<String> {
    let mut found = BTreeMap::new();
    for (folder, graph) in &graphs(files) {
        for start in graph.keys() {
            let Some(way) = circle(graph, start) else { continue };
            let members: BTreeSet<Name<'_>> = way.iter().cloned().collect();
            let steps = way.iter().zip(way.iter().cycle().skip(1));
            let said_in = steps.filter_map(|(from, to)| graph.get(from)?.get(to).map(|file| format!("src/{file}")));
            let names: Vec<&str> = way.iter().chain([start]).filter_map(|name| name.last().copied()).collect();
            let text = format!(
                "{}: {} ({})",
                folder.join("/"),
                names.join(" → "),
                said_in.collect::<Vec<String>>().join(", ")
            );
            found.entry(members).or_insert(text);
        }
    }
    found.into_values().collect()
}

#[test]
fn no_module_knows_itself_through_others() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files: Vec<(String, String)> = sources(&root)
        .into_iter()
        .map(|path| {
            let file = path.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
            (file, fs::read_to_string(&path).expect("UTF-8"))
        })
        .collect();
    let edges: usize = graphs(&files).values().flat_map(BTreeMap::values).map(BTreeMap::len).sum();
    assert!(edges > 1000, "only {edges} imports were found");
    let circles = circles(&files);
    assert!(circles.is_empty(), "{} circles:\n{}", circles.len(), circles.into_iter().collect::<Vec<_>>().join("\n"));
}

/// The wing of each noun of a floor, by the noun's name in the singular.
fn wings(floor: &str) -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(floor);
    let mut found = BTreeMap::new();
    for path in sources(&root) {
        let file = path.strip_prefix(&root).expect("below the floor").with_extension("");
        let names: Vec<&str> = file.iter().filter_map(|name| name.to_str()).collect();
        if let [wing, noun, ..] = names.as_slice()
            && WINGS.contains(wing)
            && *noun != "mod"
        {
            found.insert(noun.trim_end_matches('s').to_owned(), (*wing).to_owned());
        }
    }
    found
}

#[test]
fn a_noun_is_in_the_same_wing_on_each_floor() {
    let mut shared = 0;
    let services = wings("services");
    for floor in ["db", "domain"] {
        for (noun, wing) in wings(floor) {
            if let Some(there) = services.get(&noun) {
                assert_eq!(*there, wing, "{noun} in services and {floor}");
                shared += 1;
            }
        }
    }
    assert!(shared > 20, "only {shared} nouns stand on several floors");
    let used: BTreeSet<String> = services.into_values().collect();
    assert_eq!(used.iter().map(String::as_str).collect::<Vec<_>>(), WINGS, "a wing without a noun");
}

/// The circles of a made-up tree.
fn of(files: &[(&str, &str)]) -> Vec<String> {
    let files: Vec<(String, String)> =
        files.iter().map(|(file, text)| ((*file).to_owned(), (*text).to_owned())).collect();
    circles(&files).into_iter().collect()
}

#[test]
fn a_circle_is_found_across_wings_and_through_a_third() {
    let files = [
        ("services/watch/risk.rs", "use super::alerts::follow;"),
        ("services/watch/alerts/mod.rs", "mod following;"),
        ("services/watch/alerts/following.rs", "use crate::{domain::x, services::{fieldwork::visits::{self}}};"),
        ("services/fieldwork/visits.rs", "fn f() { crate::services::watch::risk::assess() }"),
    ];
    assert_eq!(
        of(&files),
        ["services: visits → risk → alerts → visits (src/services/fieldwork/visits.rs, src/services/watch/risk.rs, \
          src/services/watch/alerts/following.rs)"]
    );
    assert_eq!(of(&files[..3]), Vec::<String>::new());
}

#[test]
fn a_circle_inside_a_folder_is_found() {
    let files = [
        ("sheets/mod.rs", "mod fields; mod columns;"),
        ("sheets/fields.rs", "mod tests { use super::super::columns::Column; }"),
        ("sheets/columns.rs", "use super::fields::Field;"),
    ];
    assert_eq!(of(&files), ["sheets: columns → fields → columns (src/sheets/columns.rs, src/sheets/fields.rs)"]);
}

#[test]
fn a_module_may_know_its_folder_and_what_is_in_it() {
    let files = [
        ("db/registry/enterprises/mod.rs", "pub mod list; pub use list::all; use crate::db::values::Id;"),
        ("db/registry/enterprises/list.rs", "use super::Enterprise; mod tests { use super::*; }"),
        ("db/values.rs", "use crate::domain::ids::Id;"),
    ];
    assert_eq!(of(&files), Vec::<String>::new());
}
