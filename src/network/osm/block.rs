//! A block of a PBF file: its strings, and its nodes, ways and relations, read from the bytes where they lie
//! (<https://wiki.openstreetmap.org/wiki/PBF_Format>). Only what is asked for is decoded.

use super::wire::{Fields, Value, varint, zigzag};
use std::borrow::Cow;

/// Kinds of objects, as bits.
pub(super) const NODES: u8 = 1;
pub(super) const WAYS: u8 = 2;
pub(super) const RELATIONS: u8 = 4;
/// Any of them.
pub(super) const ANY: u8 = NODES | WAYS | RELATIONS;

/// Tags of one object.
pub(super) type TagList<'a> = Vec<(&'a str, &'a str)>;

/// The kinds of objects in an unpacked block, without decoding them.
pub(super) fn kinds(bytes: &[u8]) -> Result<u8, String> {
    let mut kinds = 0;
    for field in Fields::new(bytes) {
        let (2, group) = field? else { continue };
        for field in Fields::new(group.bytes()?) {
            kinds |= match field?.0 {
                1 | 2 => NODES,
                3 => WAYS,
                4 => RELATIONS,
                _ => 0,
            };
        }
    }
    Ok(kinds)
}

/// An unpacked block.
pub(super) struct Block<'a> {
    strings: Vec<Cow<'a, str>>,
    groups: Vec<&'a [u8]>,
    /// Steps of positions in 10⁻⁹ degrees, and where they start.
    granularity: i64,
    offset: [i64; 2],
}

impl<'a> Block<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Block<'a>, String> {
        let mut block = Block { strings: Vec::new(), groups: Vec::new(), granularity: 100, offset: [0, 0] };
        for field in Fields::new(bytes) {
            let (number, value) = field?;
            match number {
                1 => {
                    for field in Fields::new(value.bytes()?) {
                        let (1, text) = field? else { continue };
                        block.strings.push(String::from_utf8_lossy(text.bytes()?));
                    }
                }
                2 => block.groups.push(value.bytes()?),
                17 => block.granularity = i64::from(value.number()? as i32),
                19 => block.offset[0] = value.number()? as i64,
                20 => block.offset[1] = value.number()? as i64,
                _ => {}
            }
        }
        Ok(block)
    }

    /// How many strings the block has.
    pub(super) fn string_count(&self) -> usize {
        self.strings.len()
    }

    pub(super) fn string(&self, index: u32) -> Result<&str, String> {
        let text = self.strings.get(index as usize).map(Cow::as_ref);
        text.ok_or_else(|| format!("string {index} is not in its table"))
    }

    /// Writes out tags given by the numbers of their strings.
    pub(super) fn tags<'s>(&'s self, keys: &[u32], values: &[u32], tags: &mut TagList<'s>) -> Result<(), String> {
        tags.clear();
        for (k, v) in keys.iter().zip(values) {
            tags.push((self.string(*k)?, self.string(*v)?));
        }
        Ok(())
    }

    /// Degrees × 10⁷, or `None` off the globe.
    fn position(&self, lat: i64, lon: i64) -> Option<[i32; 2]> {
        let place = |offset: i64, raw: i64, limit: i64| {
            let units = match (self.granularity, offset) {
                (100, 0) => raw,
                (scale, offset) => raw.checked_mul(scale)?.checked_add(offset)? / 100,
            };
            (-limit <= units && units <= limit).then(|| i32::try_from(units).ok()).flatten()
        };
        let lat = place(self.offset[0], lat, 900_000_000)?;
        Some([lat, place(self.offset[1], lon, 1_800_000_000)?])
    }

    /// The messages with a field number in the groups: 1 nodes, 2 dense nodes, 3 ways, 4 relations.
    fn messages(&self, wanted: u64) -> impl Iterator<Item = Result<&'a [u8], String>> {
        let fields = self.groups.iter().flat_map(|g| Fields::new(g));
        fields.filter_map(move |field| match field {
            Ok((number, value)) if number == wanted => Some(value.bytes().map_err(str::to_string)),
            Ok(_) => None,
            Err(broken) => Some(Err(broken.to_string())),
        })
    }

    /// Calls `each` with every way.
    pub(super) fn ways(&self, mut each: impl FnMut(&Way<'a>) -> Result<(), String>) -> Result<(), String> {
        let mut way = Way::default();
        for message in self.messages(3) {
            way.read(message?)?;
            each(&way)?;
        }
        Ok(())
    }

    /// Calls `each` with every relation.
    pub(super) fn relations(&self, mut each: impl FnMut(&Relation) -> Result<(), String>) -> Result<(), String> {
        let mut relation = Relation::default();
        for message in self.messages(4) {
            relation.read(message?)?;
            each(&relation)?;
        }
        Ok(())
    }

    /// Calls `each` with id, position and the numbers of keys and values of every node that has a valid position;
    /// returns how many nodes there are with and without one.
    pub(super) fn nodes(
        &self,
        mut each: impl FnMut(i64, [i32; 2], &[u32], &[u32]) -> Result<(), String>,
    ) -> Result<u64, String> {
        let mut count = 0;
        let mut node = Node::default();
        for message in self.messages(1) {
            let (id, [lat, lon]) = node.read(message?)?;
            count += 1;
            if let Some(at) = self.position(lat, lon) {
                each(id, at, &node.keys, &node.values)?;
            }
        }
        for message in self.messages(2) {
            count += self.dense(Dense::read(message?)?, &mut each)?;
        }
        Ok(count)
    }

    fn dense(
        &self,
        dense: Dense,
        each: &mut impl FnMut(i64, [i32; 2], &[u32], &[u32]) -> Result<(), String>,
    ) -> Result<u64, String> {
        let (mut ids, mut lats, mut lons, mut tags) = (&*dense.ids, &*dense.lats, &*dense.lons, &*dense.tags);
        let (mut id, mut lat, mut lon, mut count) = (0_i64, 0_i64, 0_i64, 0);
        let (mut keys, mut values) = (Vec::new(), Vec::new());
        while !ids.is_empty() {
            if lats.is_empty() || lons.is_empty() {
                return Err("its nodes lack positions".to_string());
            }
            id = id.wrapping_add(zigzag(varint(&mut ids)?));
            lat = lat.wrapping_add(zigzag(varint(&mut lats)?));
            lon = lon.wrapping_add(zigzag(varint(&mut lons)?));
            keys.clear();
            values.clear();
            while !tags.is_empty() {
                let key = varint(&mut tags)?;
                if key == 0 {
                    break;
                }
                if tags.is_empty() {
                    return Err("a node's tag has no value".to_string());
                }
                keys.push(index(key));
                values.push(index(varint(&mut tags)?));
            }
            count += 1;
            if let Some(at) = self.position(lat, lon) {
                each(id, at, &keys, &values)?;
            }
        }
        if lats.is_empty() && lons.is_empty() { Ok(count) } else { Err("its nodes lack numbers".to_string()) }
    }
}

/// A number of a string; what is too large is in no table.
fn index(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Dense nodes: packed lists beside one another, each number the difference from the one before.
#[derive(Default)]
struct Dense<'a> {
    ids: Cow<'a, [u8]>,
    lats: Cow<'a, [u8]>,
    lons: Cow<'a, [u8]>,
    tags: Cow<'a, [u8]>,
}

impl<'a> Dense<'a> {
    fn read(message: &'a [u8]) -> Result<Dense<'a>, String> {
        let mut dense = Dense::default();
        for field in Fields::new(message) {
            let (number, value) = field?;
            let list = match number {
                1 => &mut dense.ids,
                8 => &mut dense.lats,
                9 => &mut dense.lons,
                10 => &mut dense.tags,
                _ => continue,
            };
            match value {
                Value::Bytes(bytes) if list.is_empty() => *list = Cow::Borrowed(bytes),
                // A list in pieces is allowed, though nobody writes it.
                Value::Bytes(bytes) => list.to_mut().extend_from_slice(bytes),
                _ => push_varint(list.to_mut(), value.number()?),
            }
        }
        Ok(dense)
    }
}

fn push_varint(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// A node on its own.
#[derive(Default)]
struct Node {
    keys: Vec<u32>,
    values: Vec<u32>,
}

impl Node {
    fn read(&mut self, message: &[u8]) -> Result<(i64, [i64; 2]), String> {
        self.keys.clear();
        self.values.clear();
        let (mut id, mut lat, mut lon) = (None, None, None);
        for field in Fields::new(message) {
            let (number, value) = field?;
            match number {
                1 => id = Some(zigzag(value.number()?)),
                2 => value.each(|n| self.keys.push(index(n)))?,
                3 => value.each(|n| self.values.push(index(n)))?,
                8 => lat = Some(zigzag(value.number()?)),
                9 => lon = Some(zigzag(value.number()?)),
                _ => {}
            }
        }
        match (id, lat, lon) {
            (Some(id), Some(lat), Some(lon)) => Ok((id, [lat, lon])),
            _ => Err("a node lacks its number or position".to_string()),
        }
    }
}

/// A way; its node references are decoded only when asked for.
#[derive(Default)]
pub(super) struct Way<'a> {
    pub(super) id: i64,
    pub(super) keys: Vec<u32>,
    pub(super) values: Vec<u32>,
    refs: Vec<Value<'a>>,
}

impl<'a> Way<'a> {
    fn read(&mut self, message: &'a [u8]) -> Result<(), String> {
        self.keys.clear();
        self.values.clear();
        self.refs.clear();
        let mut id = None;
        for field in Fields::new(message) {
            let (number, value) = field?;
            match number {
                1 => id = Some(value.number()? as i64),
                2 => value.each(|n| self.keys.push(index(n)))?,
                3 => value.each(|n| self.values.push(index(n)))?,
                8 => self.refs.push(value),
                _ => {}
            }
        }
        self.id = id.ok_or("a way lacks its number")?;
        Ok(())
    }

    /// Appends the nodes of the way.
    pub(super) fn refs(&self, out: &mut Vec<i64>) -> Result<(), String> {
        let mut id = 0_i64;
        for value in &self.refs {
            value.each(|delta| {
                id = id.wrapping_add(zigzag(delta));
                out.push(id);
            })?;
        }
        Ok(())
    }
}

/// A member of a relation.
#[derive(Clone, Copy)]
pub(super) struct Member {
    pub(super) id: i64,
    /// [`NODES`], [`WAYS`] or [`RELATIONS`]; 0 for a kind that does not exist.
    pub(super) kind: u8,
    /// The string of its role.
    pub(super) role: u32,
}

/// A relation.
#[derive(Default)]
pub(super) struct Relation {
    pub(super) id: i64,
    pub(super) keys: Vec<u32>,
    pub(super) values: Vec<u32>,
    pub(super) members: Vec<Member>,
    roles: Vec<u32>,
    kinds: Vec<u8>,
}

impl Relation {
    fn read(&mut self, message: &[u8]) -> Result<(), String> {
        self.keys.clear();
        self.values.clear();
        self.members.clear();
        self.roles.clear();
        self.kinds.clear();
        let (mut id, mut member) = (None, 0_i64);
        for field in Fields::new(message) {
            let (number, value) = field?;
            match number {
                1 => id = Some(value.number()? as i64),
                2 => value.each(|n| self.keys.push(index(n)))?,
                3 => value.each(|n| self.values.push(index(n)))?,
                8 => value.each(|n| self.roles.push(index(n)))?,
                9 => value.each(|delta| {
                    member = member.wrapping_add(zigzag(delta));
                    self.members.push(Member { id: member, kind: 0, role: 0 });
                })?,
                10 => {
                    value.each(|n| self.kinds.push([NODES, WAYS, RELATIONS].get(n as usize).copied().unwrap_or(0)))?
                }
                _ => {}
            }
        }
        self.id = id.ok_or("a relation lacks its number")?;
        self.members.truncate(self.roles.len().min(self.kinds.len()));
        for ((member, role), kind) in self.members.iter_mut().zip(&self.roles).zip(&self.kinds) {
            (member.role, member.kind) = (*role, *kind);
        }
        Ok(())
    }
}
