//! The library behind decoding and encoding: the one file of this crate with `unsafe`.
//!
//! Errors leave the C frames by unwinding (mozjpeg-sys declares its callbacks `C-unwind` and compiles its C with
//! unwind tables); the library's own state is then freed by the guards [`Decompressor`] and [`Compressor`], which
//! stand outside the C frames. A profile with `panic = "abort"` would turn each such error into an abort.

use crate::transform::{Plane, Shape};
use crate::{
    Channels, Coding, DecodeBounds, Decoded, DecodedInks, EncodeSettings, Error, Huffman, Pixels, QuantTable,
    QuantisedCoefficients, Quantiser, Stop, Subsampling, Warnings, scans,
};
use mozjpeg_sys as lib;
use std::any::Any;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::{ptr, slice};

unsafe extern "C" {
    /// Whether the library converts colours by assembly. It is built in two forms, of which the one without assembly
    /// says no to everything. Declared in the library's own jsimd.h, so not by mozjpeg-sys.
    safe fn jsimd_can_rgb_ycc() -> std::ffi::c_int;
}

/// Whether the library was built with its assembly and this machine can run it. Without it encoding takes several times
/// as long, and gives the same bytes.
#[must_use]
pub fn has_assembly() -> bool {
    jsimd_can_rgb_ycc() != 0
}

/// Decodes a gray, YCbCr or RGB JPEG of 8 bits a sample.
///
/// The caller looks at the size first ([`crate::Layout`]): 1 to 3 bytes a pixel are allocated here, and the library
/// takes up to 6 more for progressive files.
///
/// # Errors
/// [`Error::Unsupported`] for CMYK, YCCK and other colour codings; [`Error::Library`] for what the library cannot
/// read; [`Error::OutOfMemory`]; [`Error::Stopped`].
pub fn decode(bytes: &[u8], bounds: &DecodeBounds<'_>) -> Result<Decoded, Error> {
    let mut decompressor = Decompressor::new(bounds);
    let result = catch_unwind(AssertUnwindSafe(|| decompressor.run(bytes)));
    let pixels = flatten(result, bounds.memory)?;
    Ok(Decoded { pixels, warnings: std::mem::take(&mut decompressor.diary.warnings) })
}

/// Decodes a CMYK or YCCK JPEG of 8 bits a sample to its inks: 4 bytes a pixel, and else as [`decode`].
///
/// # Errors
/// [`Error::Unsupported`] for other colour codings; [`Error::Library`] for what the library cannot read;
/// [`Error::OutOfMemory`]; [`Error::Stopped`].
pub fn decode_inks(bytes: &[u8], bounds: &DecodeBounds<'_>) -> Result<DecodedInks, Error> {
    let mut decompressor = Decompressor::new(bounds);
    let result = catch_unwind(AssertUnwindSafe(|| decompressor.run_inks(bytes)));
    let (width, height, samples) = flatten(result, bounds.memory)?;
    let warnings = std::mem::take(&mut decompressor.diary.warnings);
    Ok(DecodedInks { width, height, samples, warnings })
}

/// Encodes a picture: without any metadata segment but the tables and scans that it needs.
///
/// # Errors
/// [`Error::Library`] or [`Error::OutOfMemory`] if the library gives up.
pub fn encode(pixels: &Pixels, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    let mut compressor = Compressor::new(&|| false);
    let result = catch_unwind(AssertUnwindSafe(|| compressor.run(pixels, settings)));
    flatten(result, usize::MAX)?;
    Ok(std::mem::take(&mut compressor.output.bytes))
}

/// Takes the coefficients out of a gray or YCbCr JPEG of 8 bits a sample, for which it isn't decoded.
///
/// The caller looks at the size first ([`crate::Layout`]): 2 to 6 bytes a pixel are allocated here, and the library
/// takes as many.
///
/// # Errors
/// [`Error::Unsupported`] for what [`decode`] can't decode and for RGB, for chroma sampled in another way than
/// [`Subsampling`] names, for divisors of 0 or above 255 and for progressive files without their last scans, whose
/// pixels depend on more than the coefficients; [`Error::Damaged`] where the library warns; otherwise as [`decode`].
pub fn read_coefficients(bytes: &[u8], bounds: &DecodeBounds<'_>) -> Result<QuantisedCoefficients, Error> {
    let mut decompressor = Decompressor::new(bounds);
    let result = catch_unwind(AssertUnwindSafe(|| decompressor.read_coefficients(bytes)));
    let coefficients = flatten(result, bounds.memory)?;
    decompressor.ensure_is_sound()?;
    Ok(coefficients)
}

/// Whether a file holds these very coefficients, with their tables, sampling and size: what [`read_coefficients`] and a
/// comparison tell, for less time and memory.
///
/// # Errors
/// As [`read_coefficients`], but that what it takes for unsupported sampling or tables are others than these.
pub fn holds(
    bytes: &[u8],
    coefficients: &QuantisedCoefficients,
    bounds: &DecodeBounds<'_>,
) -> Result<bool, Error> {
    let mut decompressor = Decompressor::new(bounds);
    let result = catch_unwind(AssertUnwindSafe(|| decompressor.holds(bytes, coefficients)));
    let same = flatten(result, bounds.memory)?;
    decompressor.ensure_is_sound()?;
    Ok(same)
}

/// [`crate::write_coefficients_unless`] by the library's own entropy coder, which knows each coding.
pub(crate) fn write_coefficients(
    coefficients: &QuantisedCoefficients,
    coding: Coding,
    stop: Stop<'_>,
) -> Result<Vec<u8>, Error> {
    let mut compressor = Compressor::new(stop);
    let result = catch_unwind(AssertUnwindSafe(|| compressor.write_coefficients(coefficients, coding)));
    flatten(result, usize::MAX)?;
    Ok(std::mem::take(&mut compressor.output.bytes))
}

/// The file's own coefficients, written with optimised Huffman tables and without any metadata segment: of any
/// colours and sampling that the library knows, of which nothing else is understood here.
///
/// How a decoder shows the colours may hang on metadata (Adobe's APP14, JFIF's APP0), which the caller must put back.
///
/// # Errors
/// [`Error::Unsupported`] for progressive files without their last scans, whose pixels depend on more than the
/// coefficients, and for what cannot be written in this coding; [`Error::Damaged`] where the library warns; otherwise as
/// [`decode`].
pub fn transcode(bytes: &[u8], coding: Coding, bounds: &DecodeBounds<'_>) -> Result<Vec<u8>, Error> {
    let mut decompressor = Decompressor::new(bounds);
    let result = catch_unwind(AssertUnwindSafe(|| decompressor.arrays(bytes).map(|(_, arrays)| arrays)));
    let arrays = flatten(result, bounds.memory);
    // A file that is cut short lacks its last scans too, and that it is damaged weighs more.
    if matches!(arrays, Ok(_) | Err(Error::Unsupported { .. })) {
        decompressor.ensure_is_sound()?;
    }
    let arrays = arrays?;
    let mut compressor = Compressor::new(bounds.stop);
    let result = catch_unwind(AssertUnwindSafe(|| compressor.transcode(&decompressor.info, arrays, coding)));
    match flatten(result, bounds.memory) {
        Err(Error::Library { .. }) => Err(Error::Unsupported { what: "unusually made" }),
        other => other.map(|()| std::mem::take(&mut compressor.output.bytes)),
    }
}

/// Whether two files hold the same picture: their sizes, colours, sampling, tables and coefficients are the same.
///
/// # Errors
/// As [`transcode`].
pub fn hold_the_same(one: &[u8], other: &[u8], bounds: &DecodeBounds<'_>) -> Result<bool, Error> {
    let mut decompressors = [Decompressor::new(bounds), Decompressor::new(bounds)];
    let [left, right] = &mut decompressors;
    let result = catch_unwind(AssertUnwindSafe(|| left.holds_the_same(one, right, other)));
    let same = flatten(result, bounds.memory);
    if matches!(same, Ok(_) | Err(Error::Unsupported { .. })) {
        for decompressor in &mut decompressors {
            decompressor.ensure_is_sound()?;
        }
    }
    same
}

/// The payload of an unwind out of the library.
enum Exit {
    Library { code: i32, message: String },
    Stopped,
}

fn flatten<T>(result: Result<Result<T, Error>, Box<dyn Any + Send>>, memory: usize) -> Result<T, Error> {
    let payload = match result {
        Ok(inner) => return inner,
        Err(payload) => payload,
    };
    match payload.downcast::<Exit>().map(|exit| *exit) {
        Ok(Exit::Stopped) => Err(Error::Stopped),
        // No backing store beyond max_memory_to_use, and malloc without success.
        Ok(Exit::Library { code, .. })
            if code == lib::JERR_NO_BACKING_STORE || code == lib::JERR_OUT_OF_MEMORY =>
        {
            Err(Error::OutOfMemory { bytes: memory })
        }
        Ok(Exit::Library { code, message }) => Err(Error::Library { code, message }),
        // Not ours: a defect of this crate, which must not be hidden.
        Err(other) => resume_unwind(other),
    }
}

/// What the callbacks reach through `client_data`.
struct Diary<'a> {
    warnings: Warnings,
    stop: Stop<'a>,
}

/// The library's message for the error or warning at hand.
///
/// # Safety
/// `info` must point to a live common struct with an error manager of `jpeg_std_error`.
unsafe fn message(info: &mut lib::jpeg_common_struct) -> String {
    type Format = unsafe extern "C-unwind" fn(*mut lib::jpeg_common_struct, *mut u8);
    // JMSG_LENGTH_MAX of jpeglib.h; the binding declares 80, which the library overruns.
    let mut buffer = [0_u8; 200];
    // SAFETY: the error manager lives as long as the struct; the cast changes only how the two pointer arguments
    // are spelt, and the buffer has the length that the library writes at most, with the ending zero.
    unsafe {
        if let Some(format) = (*info.err).format_message {
            let format: Format = std::mem::transmute(format);
            format(info, buffer.as_mut_ptr());
        }
    }
    CStr::from_bytes_until_nul(&buffer).map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
}

unsafe extern "C-unwind" fn error_exit(info: &mut lib::jpeg_common_struct) {
    // SAFETY: the library calls this with its own live struct, whose error manager we set up.
    let (code, message) = unsafe { ((*info.err).msg_code, message(info)) };
    // resume_unwind and not panic!: the panic hook has nothing to print here.
    resume_unwind(Box::new(Exit::Library { code, message }));
}

unsafe extern "C-unwind" fn emit_message(info: &mut lib::jpeg_common_struct, level: i32) {
    if level >= 0 {
        return; // a trace message
    }
    // SAFETY: client_data points to the Diary that lives in a box beside the struct, and nothing else refers to it
    // while the library runs.
    let diary = unsafe { &mut *info.client_data.cast::<Diary<'_>>() };
    diary.warnings.count = diary.warnings.count.saturating_add(1);
    if diary.warnings.first.is_none() {
        // SAFETY: as in error_exit.
        diary.warnings.first = Some(unsafe { message(info) });
    }
}

unsafe extern "C-unwind" fn output_message(_: &mut lib::jpeg_common_struct) {}

unsafe extern "C-unwind" fn progress_monitor(info: &mut lib::jpeg_common_struct) {
    // SAFETY: as in emit_message.
    let diary = unsafe { &*info.client_data.cast::<Diary<'_>>() };
    if (diary.stop)() {
        resume_unwind(Box::new(Exit::Stopped));
    }
}

/// An error manager whose callbacks are ours.
fn error_manager() -> Box<lib::jpeg_error_mgr> {
    // SAFETY: the struct is plain data for which all zeros are valid (null function pointers are `None`), and
    // jpeg_std_error fills it.
    let mut manager: Box<lib::jpeg_error_mgr> = unsafe {
        let mut manager = Box::new(std::mem::zeroed());
        lib::jpeg_std_error(&mut manager);
        manager
    };
    manager.error_exit = Some(error_exit);
    manager.emit_message = Some(emit_message);
    manager.output_message = Some(output_message);
    manager
}

/// A decompress struct and all that it points to; freed however its use ends.
struct Decompressor<'a> {
    info: Box<lib::jpeg_decompress_struct>,
    // Boxed: the struct holds pointers to these, which must not move.
    errors: Box<lib::jpeg_error_mgr>,
    progress: Box<lib::jpeg_progress_mgr>,
    diary: Box<Diary<'a>>,
    memory: usize,
}

impl<'a> Decompressor<'a> {
    fn new(bounds: &DecodeBounds<'a>) -> Self {
        // SAFETY: both structs are plain data for which all zeros are valid; jpeg_destroy_decompress does nothing
        // on a struct whose memory manager is null, so that Drop is sound before jpeg_create_decompress too.
        let (info, mut progress) = unsafe {
            (
                Box::<lib::jpeg_decompress_struct>::new(std::mem::zeroed()),
                Box::<lib::jpeg_progress_mgr>::new(std::mem::zeroed()),
            )
        };
        progress.progress_monitor = Some(progress_monitor);
        let diary = Box::new(Diary { warnings: Warnings::default(), stop: bounds.stop });
        Self { info, errors: error_manager(), progress, diary, memory: bounds.memory }
    }

    /// Reads the headers.
    fn open(&mut self, bytes: &[u8]) -> &mut lib::jpeg_decompress_struct {
        let info = &mut *self.info;
        info.common.err = &mut *self.errors;
        // SAFETY: the struct, its error manager, progress monitor and diary are boxed in self and outlive every
        // call; `bytes` outlives the decode. Calls follow the order that libjpeg.txt demands.
        unsafe {
            lib::jpeg_create_decompress(info);
            info.common.client_data = ptr::from_mut(&mut *self.diary).cast();
            info.common.progress = &mut *self.progress;
            // The library takes zero for no limit at all.
            (*info.common.mem).max_memory_to_use = self.memory.max(1).try_into().unwrap_or(lib::c_long::MAX);
            // Where a long is shorter than a file, the rest of it is not seen, and its end is missed.
            lib::jpeg_mem_src(info, bytes.as_ptr(), bytes.len().try_into().unwrap_or(lib::c_ulong::MAX));
            lib::jpeg_read_header(info, 1);
        }
        info
    }

    fn run(&mut self, bytes: &[u8]) -> Result<Pixels, Error> {
        let info = self.open(bytes);
        let channels = match info.jpeg_color_space {
            lib::JCS_GRAYSCALE => Channels::Gray,
            lib::JCS_YCbCr | lib::JCS_RGB => Channels::Rgb,
            lib::JCS_CMYK | lib::JCS_YCCK => return Err(Error::Unsupported { what: "CMYK" }),
            _ => return Err(Error::Unsupported { what: "two-component and other unusual" }),
        };
        info.out_color_space = match channels {
            Channels::Gray => lib::JCS_GRAYSCALE,
            Channels::Rgb => lib::JCS_RGB,
        };
        let (width, height, samples) = read_rows(info, channels.count())?;
        Pixels::new(width, height, channels, samples)
    }

    fn run_inks(&mut self, bytes: &[u8]) -> Result<(usize, usize, Vec<u8>), Error> {
        let info = self.open(bytes);
        if !matches!(info.jpeg_color_space, lib::JCS_CMYK | lib::JCS_YCCK) {
            return Err(Error::Unsupported { what: "anything but CMYK" });
        }
        info.out_color_space = lib::JCS_CMYK;
        read_rows(info, 4)
    }
}

impl Decompressor<'_> {
    fn read_coefficients(&mut self, bytes: &[u8]) -> Result<QuantisedCoefficients, Error> {
        let info = self.open(bytes);
        // SAFETY: the header has been read, and with it this many components.
        let components = unsafe { slice::from_raw_parts(info.comp_info, info.num_components as usize) };
        let subsampling = match info.jpeg_color_space {
            lib::JCS_GRAYSCALE | lib::JCS_YCbCr => subsampling_of(components),
            _ => return Err(Error::Unsupported { what: "CMYK, RGB and other unusually coloured" }),
        };
        let subsampling = subsampling.ok_or(Error::Unsupported { what: "unusually subsampled" })?;
        let shape =
            Shape { width: info.image_width as usize, height: info.image_height as usize, subsampling };
        // SAFETY: the header has been read; what comes back is an array for each component.
        let arrays = unsafe { slice::from_raw_parts(lib::jpeg_read_coefficients(info), shape.components()) };
        ensure_is_finished(info)?;
        let mut coefficients = QuantisedCoefficients { shape, tables: Vec::new(), planes: Vec::new() };
        for (at, (component, array)) in components.iter().zip(arrays).enumerate() {
            let table = table_of(component).ok_or(Error::Unsupported { what: "16-bit table" })?;
            coefficients.tables.push(table);
            let mut plane = Plane::try_new(shape.component(at))?;
            if blocks_of(component) != (plane.blocks_across(), plane.blocks_down()) {
                return Err(Error::Unsupported { what: "unusually subsampled" });
            }
            for row in 0..plane.blocks_down() {
                // SAFETY: the array is one of this struct and, as was just seen, has this row and length.
                let blocks = unsafe { row_of_blocks(&mut info.common, *array, row, plane.blocks_across()) };
                plane.set_row(row, blocks);
            }
            coefficients.planes.push(plane);
        }
        Ok(coefficients)
    }
}

impl Decompressor<'_> {
    fn holds(&mut self, bytes: &[u8], wanted: &QuantisedCoefficients) -> Result<bool, Error> {
        let (info, arrays) = self.arrays(bytes)?;
        // SAFETY: the header has been read, and with it this many components; each has an array.
        let (components, arrays) = unsafe {
            let count = info.num_components as usize;
            (slice::from_raw_parts(info.comp_info, count), slice::from_raw_parts(arrays, count))
        };
        let is_coloured_alike = match wanted.shape.channels() {
            Channels::Gray => info.jpeg_color_space == lib::JCS_GRAYSCALE,
            Channels::Rgb => info.jpeg_color_space == lib::JCS_YCbCr,
        };
        let size = (info.image_width as usize, info.image_height as usize);
        if !is_coloured_alike
            || size != (wanted.width(), wanted.height())
            || subsampling_of(components) != Some(wanted.subsampling())
        {
            return Ok(false);
        }
        let planes = wanted.planes.iter().zip(&wanted.tables);
        for ((component, array), (plane, table)) in components.iter().zip(arrays).zip(planes) {
            let blocks = (plane.blocks_across(), plane.blocks_down());
            if table_of(component) != Some(*table) || blocks_of(component) != blocks {
                return Ok(false);
            }
            for row in 0..blocks.1 {
                // SAFETY: the array is one of this struct and, as was just seen, has this row and length.
                let found = unsafe { row_of_blocks(&mut info.common, *array, row, blocks.0) };
                if !plane.has_row(row, found) {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// That the library has warned of nothing.
    fn ensure_is_sound(&mut self) -> Result<(), Error> {
        match std::mem::take(&mut self.diary.warnings) {
            Warnings { count: 0, .. } => Ok(()),
            Warnings { first, .. } => Err(Error::Damaged { message: first.unwrap_or_default() }),
        }
    }

    /// The coefficients as the library has them, an array for each component.
    fn arrays(&mut self, bytes: &[u8]) -> Result<(&mut lib::jpeg_decompress_struct, BlockArrays), Error> {
        let info = self.open(bytes);
        // SAFETY: the header has been read; the arrays live as long as the struct.
        let arrays = unsafe { lib::jpeg_read_coefficients(info) };
        ensure_is_finished(info)?;
        Ok((info, arrays))
    }

    fn holds_the_same(&mut self, bytes: &[u8], other: &mut Self, theirs: &[u8]) -> Result<bool, Error> {
        let (mine, my_arrays) = self.arrays(bytes)?;
        let (theirs, their_arrays) = other.arrays(theirs)?;
        let frame = |info: &lib::jpeg_decompress_struct| {
            (info.image_width, info.image_height, info.num_components, info.jpeg_color_space)
        };
        if frame(mine) != frame(theirs) {
            return Ok(false);
        }
        for at in 0..mine.num_components as usize {
            // SAFETY: both structs have this many components, and an array for each.
            let (my_component, their_component, my_array, their_array) = unsafe {
                (
                    &*mine.comp_info.add(at),
                    &*theirs.comp_info.add(at),
                    *my_arrays.add(at),
                    *their_arrays.add(at),
                )
            };
            // SAFETY: the pointers are null or to tables that live as long as the structs.
            let tables = unsafe { (my_component.quant_table.as_ref(), their_component.quant_table.as_ref()) };
            let values = |table: Option<&lib::JQUANT_TBL>| table.map(|table| table.quantval);
            if outline(my_component) != outline(their_component) || values(tables.0) != values(tables.1) {
                return Ok(false);
            }
            let length = my_component.width_in_blocks as usize;
            for row in 0..my_component.height_in_blocks as usize {
                // SAFETY: each array is one of its struct and, as the outlines say, has this row and length.
                let rows = unsafe {
                    (
                        row_of_blocks(&mut mine.common, my_array, row, length),
                        row_of_blocks(&mut theirs.common, their_array, row, length),
                    )
                };
                if rows.0 != rows.1 {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}

/// An array of virtual arrays of blocks, one for each component.
type BlockArrays = *mut *mut lib::jvirt_barray_control;

/// Refuses what block smoothing would show otherwise than the coefficients alone.
fn ensure_is_finished(info: &lib::jpeg_decompress_struct) -> Result<(), Error> {
    let bits = info.coef_bits.cast::<[i32; 64]>();
    // SAFETY: coef_bits is null or has 64 numbers for each component (int (*)[DCTSIZE2] of jpeglib.h).
    let bits =
        (!bits.is_null()).then(|| unsafe { slice::from_raw_parts(bits, info.num_components as usize) });
    if bits.is_some_and(|bits| bits.as_flattened().iter().any(|bits| *bits != 0)) {
        return Err(Error::Unsupported { what: "unfinished progressive" });
    }
    Ok(())
}

/// How chroma is sampled, whatever common factor the numbers have.
fn subsampling_of(components: &[lib::jpeg_component_info]) -> Option<Subsampling> {
    let [luma, blue, red] = components else { return (components.len() == 1).then_some(Subsampling::Gray) };
    let factors = |component: &lib::jpeg_component_info| (component.h_samp_factor, component.v_samp_factor);
    let (across, down) = factors(blue);
    [Subsampling::S444, Subsampling::S422, Subsampling::S440, Subsampling::S420].into_iter().find(
        |subsampling| {
            let (horizontal, vertical) = subsampling.luma_factors();
            factors(red) == (across, down)
                && factors(luma) == (i32::from(horizontal) * across, i32::from(vertical) * down)
        },
    )
}

/// Identity, sampling factors and size in blocks.
fn outline(component: &lib::jpeg_component_info) -> [i64; 5] {
    let (across, down) = (component.width_in_blocks.into(), component.height_in_blocks.into());
    let sampling = [component.h_samp_factor.into(), component.v_samp_factor.into()];
    [component.component_id.into(), sampling[0], sampling[1], across, down]
}

/// Blocks across and down.
const fn blocks_of(component: &lib::jpeg_component_info) -> (usize, usize) {
    (component.width_in_blocks as usize, component.height_in_blocks as usize)
}

/// The table of a component whose coefficients were read.
fn table_of(component: &lib::jpeg_component_info) -> Option<QuantTable> {
    // SAFETY: the pointer is null or to a table that lives as long as the struct.
    let table = unsafe { component.quant_table.as_ref() }?;
    let mut divisors = [0; 64];
    for (divisor, value) in divisors.iter_mut().zip(table.quantval) {
        *divisor = u8::try_from(value).ok()?;
    }
    QuantTable::new(divisors)
}

/// A row of blocks of a virtual array; good until the next call.
///
/// # Safety
/// `array` must belong to the struct that `info` is part of, be realised, and have more than `row` rows of at least
/// `length` blocks.
unsafe fn row_of_blocks(
    info: &mut lib::jpeg_common_struct,
    array: *mut lib::jvirt_barray_control,
    row: usize,
    length: usize,
) -> &mut [lib::JBLOCK] {
    // SAFETY: demanded of the caller; the memory manager lives as long as the struct. All rows are in memory, as there
    // is no backing store, and asked for as writable they are not null.
    unsafe {
        match (*info.mem).access_virt_barray {
            Some(access) => {
                slice::from_raw_parts_mut(*access(info, array, row as lib::JDIMENSION, 1, 1), length)
            }
            None => &mut [],
        }
    }
}

/// Width, height and all rows, decoded to `channels` samples a pixel once the header has been read and the output's
/// colours are set.
fn read_rows(
    info: &mut lib::jpeg_decompress_struct,
    channels: usize,
) -> Result<(usize, usize, Vec<u8>), Error> {
    // SAFETY: the struct was opened by Decompressor::open, whose source outlives this call.
    unsafe { lib::jpeg_start_decompress(info) };
    let (width, height) = (info.output_width as usize, info.output_height as usize);
    let stride = width * channels;
    let size = stride.checked_mul(height).ok_or(Error::OutOfMemory { bytes: usize::MAX })?;
    if stride == 0 || info.output_components != channels as i32 {
        return Err(Error::Unsupported { what: "empty and unusual" });
    }
    let mut samples = Vec::new();
    samples.try_reserve_exact(size).map_err(|_| Error::OutOfMemory { bytes: size })?;
    samples.resize(size, 0_u8);
    for row in samples.chunks_exact_mut(stride) {
        let mut rows = [row.as_mut_ptr()];
        // SAFETY: the one row holds output_width times output_components samples, as was checked above; memory sources never suspend, so that the row is written or the library unwinds.
        unsafe { lib::jpeg_read_scanlines(info, rows.as_mut_ptr(), 1) };
    }
    // SAFETY: as above; every row has been read.
    unsafe { lib::jpeg_finish_decompress(info) };
    Ok((width, height, samples))
}

impl Drop for Decompressor<'_> {
    fn drop(&mut self) {
        // SAFETY: the struct is zeroed or was made by jpeg_create_decompress, and is destroyed once.
        unsafe { lib::jpeg_destroy_decompress(&mut self.info) }
    }
}

/// A destination that grows. The manager stands first, so that a pointer to it is one to the whole.
#[repr(C)]
struct Output {
    manager: lib::jpeg_destination_mgr,
    room: [u8; Output::ROOM],
    bytes: Vec<u8>,
}

impl Output {
    const ROOM: usize = 32 * 1024;

    /// The output that the compressor writes to.
    ///
    /// # Safety
    /// `info.dest` must point to the manager of a live `Output` to which there is no other reference.
    unsafe fn of(info: &mut lib::jpeg_compress_struct) -> &mut Self {
        // SAFETY: demanded of the caller; the manager is the first field of a repr(C) struct.
        unsafe { &mut *info.dest.cast::<Self>() }
    }

    unsafe extern "C-unwind" fn start(info: &mut lib::jpeg_compress_struct) {
        // SAFETY: Compressor::run points dest to its boxed Output before anything is written.
        let output = unsafe { Self::of(info) };
        output.manager.next_output_byte = output.room.as_mut_ptr();
        output.manager.free_in_buffer = Self::ROOM;
    }

    unsafe extern "C-unwind" fn full(info: &mut lib::jpeg_compress_struct) -> lib::boolean {
        // SAFETY: as in start.
        let output = unsafe { Self::of(info) };
        // The library calls this only when the whole room is written, whatever free_in_buffer says (libjpeg.txt).
        output.bytes.extend_from_slice(&output.room);
        output.manager.next_output_byte = output.room.as_mut_ptr();
        output.manager.free_in_buffer = Self::ROOM;
        1
    }

    unsafe extern "C-unwind" fn end(info: &mut lib::jpeg_compress_struct) {
        // SAFETY: as in start.
        let output = unsafe { Self::of(info) };
        let written = Self::ROOM.saturating_sub(output.manager.free_in_buffer);
        output.bytes.extend_from_slice(&output.room[..written]);
    }
}

/// A compress struct and all that it points to; freed however its use ends.
struct Compressor<'a> {
    info: Box<lib::jpeg_compress_struct>,
    // Boxed: the struct holds pointers to these, which must not move.
    errors: Box<lib::jpeg_error_mgr>,
    progress: Box<lib::jpeg_progress_mgr>,
    output: Box<Output>,
    diary: Box<Diary<'a>>,
}

impl<'a> Compressor<'a> {
    fn new(stop: Stop<'a>) -> Self {
        // SAFETY: all three structs are plain data for which all zeros are valid; jpeg_destroy_compress does nothing on
        // a struct whose memory manager is null.
        let (info, mut progress, mut manager) = unsafe {
            (
                Box::<lib::jpeg_compress_struct>::new(std::mem::zeroed()),
                Box::<lib::jpeg_progress_mgr>::new(std::mem::zeroed()),
                std::mem::zeroed::<lib::jpeg_destination_mgr>(),
            )
        };
        progress.progress_monitor = Some(progress_monitor);
        manager.init_destination = Some(Output::start);
        manager.empty_output_buffer = Some(Output::full);
        manager.term_destination = Some(Output::end);
        let output = Box::new(Output { manager, room: [0; Output::ROOM], bytes: Vec::new() });
        let diary = Box::new(Diary { warnings: Warnings::default(), stop });
        Self { info, errors: error_manager(), progress, output, diary }
    }

    /// A created struct for a picture of this size.
    fn create(&mut self, width: usize, height: usize) -> &mut lib::jpeg_compress_struct {
        let info = &mut *self.info;
        info.common.err = &mut *self.errors;
        // SAFETY: the struct, its error manager, progress monitor, destination and diary are boxed in self and outlive
        // every call.
        unsafe { lib::jpeg_create_compress(info) };
        info.common.client_data = ptr::from_mut(&mut *self.diary).cast();
        info.common.progress = &mut *self.progress;
        info.dest = ptr::from_mut(&mut *self.output).cast();
        info.image_width = width as lib::JDIMENSION;
        info.image_height = height as lib::JDIMENSION;
        info
    }

    fn run(&mut self, pixels: &Pixels, settings: &EncodeSettings) -> Result<(), Error> {
        let info = self.create(pixels.width(), pixels.height());
        (info.input_components, info.in_color_space) = match pixels.channels() {
            Channels::Gray => (1, lib::JCS_GRAYSCALE),
            Channels::Rgb => (3, lib::JCS_RGB),
        };
        let tables = settings.tables.components().map(|table| *table);
        // SAFETY: create has put in all that configure demands; Pixels holds width x height x channels samples, so
        // that each row pointer has a whole row behind it. Calls follow the order that libjpeg.txt demands.
        unsafe {
            configure(info, settings.quantiser, settings.coding, settings.subsampling);
            if settings.huffman == Huffman::AnnexK && settings.coding == Coding::Baseline {
                info.optimize_coding = 0;
            }
            for at in 0..info.num_components as usize {
                add_table(info, &tables, at);
            }
            lib::jpeg_start_compress(info, 1);
            for row in pixels.samples().chunks_exact(pixels.stride()) {
                lib::jpeg_write_scanlines(info, &row.as_ptr(), 1);
            }
            lib::jpeg_finish_compress(info);
        }
        Ok(())
    }

    fn write_coefficients(
        &mut self,
        coefficients: &QuantisedCoefficients,
        coding: Coding,
    ) -> Result<(), Error> {
        let shape = coefficients.shape;
        let info = self.create(shape.width, shape.height);
        (info.input_components, info.in_color_space) = match shape.channels() {
            Channels::Gray => (1, lib::JCS_GRAYSCALE),
            Channels::Rgb => (3, lib::JCS_YCbCr),
        };
        let mut arrays = [ptr::null_mut(); 3];
        // SAFETY: create has put in all that configure demands. There are as many planes and tables as components, and
        // jpeg_set_defaults has made comp_info for them. The arrays are as the library makes its own (jctrans.c): a
        // whole MCU row of blocks at a time; they are realised by jpeg_write_coefficients, filled before
        // jpeg_finish_compress reads them, and outlive it.
        unsafe {
            configure(info, Quantiser::Nearest, coding, shape.subsampling);
            let (across, down) = shape.factors();
            for (at, plane) in coefficients.planes.iter().enumerate() {
                add_table(info, &coefficients.tables, at);
                let (width, height) = if at == 0 { (across, down) } else { (1, 1) };
                arrays[at] = request_blocks(info, plane, [width, height]);
            }
            lib::jpeg_write_coefficients(info, arrays.as_mut_ptr());
            for (plane, array) in coefficients.planes.iter().zip(arrays) {
                for row in 0..plane.blocks_down() {
                    plane.copy_row(row, row_of_blocks(&mut info.common, array, row, plane.blocks_across()));
                }
            }
            lib::jpeg_finish_compress(info);
        }
        Ok(())
    }

    /// Writes the coefficients of `read`, which are in `arrays`.
    fn transcode(
        &mut self,
        read: &lib::jpeg_decompress_struct,
        arrays: BlockArrays,
        coding: Coding,
    ) -> Result<(), Error> {
        let info = self.create(read.image_width as usize, read.image_height as usize);
        // SAFETY: both structs are created, and the source's coefficients are read; its arrays outlive this call. Calls
        // follow the order that libjpeg.txt demands of a transcoder.
        unsafe {
            lib::jpeg_c_set_int_param(info, lib::JINT_COMPRESS_PROFILE, lib::JCP_FASTEST as i32);
            lib::jpeg_copy_critical_parameters(read, info);
            info.optimize_coding = 1;
            info.write_JFIF_header = 0;
            info.write_Adobe_marker = 0;
            order_scans(info, coding);
            lib::jpeg_write_coefficients(info, arrays);
            lib::jpeg_finish_compress(info);
        }
        Ok(())
    }
}

/// Room for the blocks of `plane`, filled up to whole MCUs of `mcu` blocks across and down.
///
/// # Safety
/// `info` must have been made by jpeg_create_compress.
unsafe fn request_blocks(
    info: &mut lib::jpeg_compress_struct,
    plane: &Plane,
    mcu: [usize; 2],
) -> *mut lib::jvirt_barray_control {
    let across = plane.blocks_across().next_multiple_of(mcu[0]) as lib::JDIMENSION;
    let down = plane.blocks_down().next_multiple_of(mcu[1]) as lib::JDIMENSION;
    // SAFETY: the memory manager was made by jpeg_create_compress and lives as long as the struct.
    unsafe {
        (*info.common.mem).request_virt_barray.map_or(ptr::null_mut(), |request| {
            request(&mut info.common, lib::JPOOL_IMAGE, 1, across, down, mcu[1] as lib::JDIMENSION)
        })
    }
}

/// Settings for a created struct whose picture is described; the quantisation tables are still to be added.
///
/// # Safety
/// `info` must have been made by jpeg_create_compress, with image size, components and colour space set.
unsafe fn configure(
    info: &mut lib::jpeg_compress_struct,
    quantiser: Quantiser,
    coding: Coding,
    subsampling: Subsampling,
) {
    let profile = match quantiser {
        Quantiser::Nearest => lib::JCP_FASTEST,
        Quantiser::Trellis => lib::JCP_MAX_COMPRESSION,
    };
    // SAFETY: demanded of the caller; comp_info has at least input_components entries after jpeg_set_defaults.
    unsafe {
        lib::jpeg_c_set_int_param(info, lib::JINT_COMPRESS_PROFILE, profile as i32);
        lib::jpeg_set_defaults(info);
        if subsampling == Subsampling::Gray {
            lib::jpeg_set_colorspace(info, lib::JCS_GRAYSCALE);
        } else if info.num_components == 3 {
            let (horizontal, vertical) = subsampling.luma_factors();
            (*info.comp_info).h_samp_factor = horizontal.into();
            (*info.comp_info).v_samp_factor = vertical.into();
        }
        info.optimize_coding = 1;
        info.write_JFIF_header = 0;
        order_scans(info, coding);
    }
}

/// # Safety
/// As for [`configure`], with components and sampling set.
unsafe fn order_scans(info: &mut lib::jpeg_compress_struct, coding: Coding) {
    let search_scans = coding == Coding::ProgressiveSearched;
    // SAFETY: demanded of the caller; no scan script means one scan of all components (libjpeg.txt).
    unsafe {
        lib::jpeg_c_set_bool_param(info, lib::JBOOLEAN_OPTIMIZE_SCANS, search_scans.into());
        match (coding, scans::of(info.num_components)) {
            (Coding::Baseline, _) => (info.scan_info, info.num_scans) = (ptr::null(), 0),
            (Coding::Progressive, Some(scans)) => {
                (info.scan_info, info.num_scans) = (scans.as_ptr(), scans.len() as i32);
            }
            _ => lib::jpeg_simple_progression(info),
        }
    }
}

/// Gives component `at` its table, in the slot of the first component that has the same.
///
/// # Safety
/// As for [`configure`], which must have been called; there must be a component `at`.
unsafe fn add_table(info: &mut lib::jpeg_compress_struct, tables: &[QuantTable], at: usize) {
    let slot = tables.iter().position(|other| *other == tables[at]).unwrap_or(at) as i32;
    let divisors = tables[at].divisors().map(u32::from);
    // SAFETY: demanded of the caller; the library copies 64 numbers, scaled by 100 %, and has made comp_info for as
    // many components as there are.
    unsafe {
        lib::jpeg_add_quant_table(info, slot, divisors.as_ptr(), 100, 1);
        (*info.comp_info.add(at)).quant_tbl_no = slot;
    }
}

impl Drop for Compressor<'_> {
    fn drop(&mut self) {
        // SAFETY: the struct is zeroed or was made by jpeg_create_compress, and is destroyed once.
        unsafe { lib::jpeg_destroy_compress(&mut self.info) }
    }
}
