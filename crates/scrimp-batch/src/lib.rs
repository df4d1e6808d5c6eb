//! Many photos: folders, files, atomic writes.
