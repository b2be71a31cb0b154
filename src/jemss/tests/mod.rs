mod auckland;
mod made;
mod plain;
mod reference;
