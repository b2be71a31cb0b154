//! A minimal writer of extracts: raw blobs, plain nodes, everything in one block.

use osmpbfreader::fileformat::{Blob, BlobHeader};
use osmpbfreader::osmformat::relation::MemberType;
use osmpbfreader::osmformat::{HeaderBlock, Node, PrimitiveBlock, PrimitiveGroup, Relation, Way};
use protobuf::Message;

pub fn blob(kind: &str, content: Vec<u8>, out: &mut Vec<u8>) {
    let mut blob = Blob::new();
    blob.set_raw(content);
    frame(kind, &blob, out);
}

pub fn frame(kind: &str, blob: &Blob, out: &mut Vec<u8>) {
    let content = blob.write_to_bytes().unwrap();
    let mut header = BlobHeader::new();
    header.set_type(kind.to_string());
    header.set_datasize(content.len() as i32);
    let header = header.write_to_bytes().unwrap();
    out.extend((header.len() as u32).to_be_bytes());
    out.extend(header);
    out.extend(content);
}

pub type TagPairs<'a> = &'a [(&'a str, &'a str)];

/// A member of a relation: kind (`n`, `w`), number, role.
pub type MemberOf<'a> = (char, i64, &'a str);

pub fn pbf(nodes: &[(i64, f64, f64, TagPairs)], ways: &[(i64, &[i64], TagPairs)]) -> Vec<u8> {
    with_relations(nodes, ways, &[])
}

pub fn with_relations(
    nodes: &[(i64, f64, f64, TagPairs)],
    ways: &[(i64, &[i64], TagPairs)],
    relations: &[(i64, &[MemberOf], TagPairs)],
) -> Vec<u8> {
    let mut out = Vec::new();
    let mut header = HeaderBlock::new();
    header.required_features = vec!["OsmSchema-V0.6".to_string()];
    header.set_source("synthetic, for a test".to_string());
    blob("OSMHeader", header.write_to_bytes().unwrap(), &mut out);
    let mut block = PrimitiveBlock::new();
    let strings = &mut block.stringtable.mut_or_insert_default().s;
    strings.push(vec![]);
    let mut string = |text: &str| {
        strings.push(text.as_bytes().to_vec());
        strings.len() as u32 - 1
    };
    let mut group = PrimitiveGroup::new();
    for (id, lat, lon, tags) in nodes {
        let mut node = Node::new();
        node.set_id(*id);
        node.set_lat((lat * 1e7).round() as i64);
        node.set_lon((lon * 1e7).round() as i64);
        for (k, v) in *tags {
            node.keys.push(string(k));
            node.vals.push(string(v));
        }
        group.nodes.push(node);
    }
    for (id, refs, tags) in ways {
        let mut way = Way::new();
        way.set_id(*id);
        let mut last = 0;
        for r in *refs {
            way.refs.push(r - last);
            last = *r;
        }
        for (k, v) in *tags {
            way.keys.push(string(k));
            way.vals.push(string(v));
        }
        group.ways.push(way);
    }
    for (id, members, tags) in relations {
        let mut relation = Relation::new();
        relation.set_id(*id);
        let mut last = 0;
        for (kind, member, role) in *members {
            relation.memids.push(member - last);
            last = *member;
            relation.types.push(if *kind == 'n' { MemberType::NODE } else { MemberType::WAY }.into());
            relation.roles_sid.push(string(role) as i32);
        }
        for (k, v) in *tags {
            relation.keys.push(string(k));
            relation.vals.push(string(v));
        }
        group.relations.push(relation);
    }
    block.primitivegroup.push(group);
    blob("OSMData", block.write_to_bytes().unwrap(), &mut out);
    out
}
