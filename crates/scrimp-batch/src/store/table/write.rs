//! A table as the bytes of a Parquet file.

use super::{Cell, Column, Kind};
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};
use std::sync::Arc;

/// Writes rows, whose cells are in the order of the columns, as one row group. The same rows and notes give the same bytes:
/// nothing tells of the time or of the version of what wrote them.
pub(in super::super) fn write(
    columns: &[Column],
    rows: &[Vec<Option<Cell>>],
    notes: &[(&str, String)],
) -> Result<Vec<u8>> {
    let notes = notes.iter().map(|(key, value)| KeyValue::new((*key).to_owned(), value.clone())).collect();
    let properties = WriterProperties::builder()
        .set_created_by("scrimp".to_owned())
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(notes))
        .build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema_of(columns)?, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (number, column) in columns.iter().enumerate() {
        let cells: Vec<_> = rows.iter().filter_map(|row| row.get(number)).map(Option::as_ref).collect();
        let mut place = group.next_column()?.ok_or_else(|| wrong(column, "has no place"))?;
        write_column(place.untyped(), column, &cells)?;
        place.close()?;
    }
    group.close()?;
    writer.into_inner()
}

fn schema_of(columns: &[Column]) -> Result<TypePtr> {
    let fields = columns.iter().map(|column| {
        let (physical, logical) = match column.kind {
            Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Whole => (Physical::INT64, None),
            Kind::Real => (Physical::DOUBLE, None),
        };
        let repetition = if column.is_needed { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let field = Type::primitive_type_builder(column.name, physical);
        Ok(Arc::new(field.with_repetition(repetition).with_logical_type(logical).build()?))
    });
    let fields = fields.collect::<Result<_>>()?;
    Ok(Arc::new(Type::group_type_builder("scrimp").with_fields(fields).build()?))
}

fn write_column(writer: &mut ColumnWriter, column: &Column, cells: &[Option<&Cell>]) -> Result<()> {
    let levels: Vec<i16> = cells.iter().map(|cell| i16::from(cell.is_some())).collect();
    if column.is_needed && levels.contains(&0) {
        return Err(wrong(column, "has an empty cell"));
    }
    let levels = (!column.is_needed).then_some(levels.as_slice());
    let cells = cells.iter().flatten();
    match writer {
        ColumnWriter::ByteArrayColumnWriter(writer) => {
            let texts = cells.map(|cell| match cell {
                Cell::Text(text) => Ok(ByteArray::from(text.as_str())),
                _ => Err(wrong(column, "is no text")),
            });
            writer.write_batch(&texts.collect::<Result<Vec<_>>>()?, levels, None)?;
        }
        ColumnWriter::Int64ColumnWriter(writer) => {
            let numbers = cells.map(|cell| match cell {
                Cell::Whole(number) => i64::try_from(*number).map_err(|_| wrong(column, "is beyond 2^63")),
                _ => Err(wrong(column, "is no whole number")),
            });
            writer.write_batch(&numbers.collect::<Result<Vec<_>>>()?, levels, None)?;
        }
        ColumnWriter::DoubleColumnWriter(writer) => {
            let numbers = cells.map(|cell| match cell {
                Cell::Real(number) => Ok(*number),
                _ => Err(wrong(column, "is no fraction")),
            });
            writer.write_batch(&numbers.collect::<Result<Vec<_>>>()?, levels, None)?;
        }
        _ => return Err(wrong(column, "has another kind")),
    }
    Ok(())
}

fn wrong(column: &Column, what: &str) -> ParquetError {
    ParquetError::General(format!("{} {what}", column.name))
}
