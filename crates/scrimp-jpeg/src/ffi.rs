//! The library behind decoding and encoding: the one file of this crate with `unsafe`.
//!
//! Errors leave the C frames by unwinding (mozjpeg-sys declares its callbacks `C-unwind` and compiles its C with
//! unwind tables); the library's own state is then freed by the guards [`Decompressor`] and [`Compressor`], which
//! stand outside the C frames. A profile with `panic = "abort"` would turn each such error into an abort.

use crate::{Channels, Coding, EncodeSettings, Error, Pixels, QuantTable, Quantiser};
use mozjpeg_sys as lib;
use std::any::Any;
use std::ffi::CStr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::ptr;

/// What a decode may take, and whether it shall go on.
#[derive(Clone, Copy)]
pub struct DecodeBounds<'a> {
    /// The most memory that the library may take for whole-picture buffers, in bytes.
    pub memory: usize,
    /// Asked again and again; `true` ends the decode with [`Error::Stopped`].
    pub stop: &'a (dyn Fn() -> bool + Sync),
}

impl Default for DecodeBounds<'_> {
    /// 4 GiB, never stopped.
    fn default() -> Self {
        Self { memory: 4 << 30, stop: &|| false }
    }
}

/// What the library warned of while decoding: each is damage that it papered over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Warnings {
    /// How many.
    pub count: u32,
    /// The first, in the library's words.
    pub first: Option<String>,
}

/// A decoded JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Its pixels, as libjpeg-turbo's default decoder gives them.
    pub pixels: Pixels,
    /// What was wrong with it.
    pub warnings: Warnings,
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

/// Encodes a picture: without any metadata segment but the tables and scans that it needs.
///
/// # Errors
/// [`Error::Library`] or [`Error::OutOfMemory`] if the library gives up.
pub fn encode(pixels: &Pixels, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
    let mut compressor = Compressor::new();
    let result = catch_unwind(AssertUnwindSafe(|| compressor.run(pixels, settings)));
    flatten(result, usize::MAX)?;
    Ok(std::mem::take(&mut compressor.output.bytes))
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
    stop: &'a (dyn Fn() -> bool + Sync),
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

    fn run(&mut self, bytes: &[u8]) -> Result<Pixels, Error> {
        let info = &mut *self.info;
        info.common.err = &mut *self.errors;
        // SAFETY: the struct, its error manager, progress monitor and diary are boxed in self and outlive every
        // call; `bytes` outlives the decode. Calls follow the order that libjpeg.txt demands.
        unsafe {
            lib::jpeg_create_decompress(info);
            info.common.client_data = ptr::from_mut(&mut *self.diary).cast();
            info.common.progress = &mut *self.progress;
            (*info.common.mem).max_memory_to_use = self.memory.try_into().unwrap_or(lib::c_long::MAX);
            lib::jpeg_mem_src(info, bytes.as_ptr(), bytes.len() as lib::c_ulong);
            lib::jpeg_read_header(info, 1);
        }
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
        // SAFETY: as above; the header has been read.
        unsafe { lib::jpeg_start_decompress(info) };
        let samples = read_rows(info, channels)?;
        // SAFETY: as above; every row has been read.
        unsafe { lib::jpeg_finish_decompress(info) };
        Pixels::new(info.output_width as usize, info.output_height as usize, channels, samples)
    }
}

/// All rows of a started decompression.
fn read_rows(info: &mut lib::jpeg_decompress_struct, channels: Channels) -> Result<Vec<u8>, Error> {
    let stride = info.output_width as usize * channels.count();
    let size =
        stride.checked_mul(info.output_height as usize).ok_or(Error::OutOfMemory { bytes: usize::MAX })?;
    let mut samples = Vec::new();
    samples.try_reserve_exact(size).map_err(|_| Error::OutOfMemory { bytes: size })?;
    samples.resize(size, 0_u8);
    for row in samples.chunks_exact_mut(stride) {
        let mut rows = [row.as_mut_ptr()];
        // SAFETY: the one row holds output_width samples of output_components each, as out_color_space was set to
        // `channels`; memory sources never suspend, so that the row is written or the library unwinds.
        unsafe { lib::jpeg_read_scanlines(info, rows.as_mut_ptr(), 1) };
    }
    Ok(samples)
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
struct Compressor {
    info: Box<lib::jpeg_compress_struct>,
    // Boxed: the struct holds pointers to these, which must not move.
    errors: Box<lib::jpeg_error_mgr>,
    output: Box<Output>,
    diary: Box<Diary<'static>>,
}

impl Compressor {
    fn new() -> Self {
        // SAFETY: both structs are plain data for which all zeros are valid; jpeg_destroy_compress does nothing on
        // a struct whose memory manager is null.
        let (info, mut manager) = unsafe {
            (
                Box::<lib::jpeg_compress_struct>::new(std::mem::zeroed()),
                std::mem::zeroed::<lib::jpeg_destination_mgr>(),
            )
        };
        manager.init_destination = Some(Output::start);
        manager.empty_output_buffer = Some(Output::full);
        manager.term_destination = Some(Output::end);
        let output = Box::new(Output { manager, room: [0; Output::ROOM], bytes: Vec::new() });
        let diary = Box::new(Diary { warnings: Warnings::default(), stop: &|| false });
        Self { info, errors: error_manager(), output, diary }
    }

    fn run(&mut self, pixels: &Pixels, settings: &EncodeSettings) -> Result<(), Error> {
        let info = &mut *self.info;
        info.common.err = &mut *self.errors;
        let (components, space) = match pixels.channels() {
            Channels::Gray => (1, lib::JCS_GRAYSCALE),
            Channels::Rgb => (3, lib::JCS_RGB),
        };
        // SAFETY: the struct, its error manager, destination and diary are boxed in self and outlive every call;
        // Pixels holds width x height x channels samples, so that each row pointer has a whole row behind it.
        // Calls follow the order that libjpeg.txt demands.
        unsafe {
            lib::jpeg_create_compress(info);
            info.common.client_data = ptr::from_mut(&mut *self.diary).cast();
            info.dest = ptr::from_mut(&mut *self.output).cast();
            info.image_width = pixels.width() as lib::JDIMENSION;
            info.image_height = pixels.height() as lib::JDIMENSION;
            info.input_components = components;
            info.in_color_space = space;
            configure(info, settings);
            lib::jpeg_start_compress(info, 1);
            for row in pixels.samples().chunks_exact(pixels.stride()) {
                lib::jpeg_write_scanlines(info, &row.as_ptr(), 1);
            }
            lib::jpeg_finish_compress(info);
        }
        Ok(())
    }
}

/// Puts `settings` into a created struct whose picture is described.
///
/// # Safety
/// `info` must have been made by jpeg_create_compress, with image size, components and colour space set.
unsafe fn configure(info: &mut lib::jpeg_compress_struct, settings: &EncodeSettings) {
    let profile = match settings.quantiser {
        Quantiser::Nearest => lib::JCP_FASTEST,
        Quantiser::Trellis => lib::JCP_MAX_COMPRESSION,
    };
    let search_scans = settings.coding == Coding::ProgressiveSearched;
    // SAFETY: demanded of the caller; comp_info has at least input_components entries after jpeg_set_defaults, and
    // jpeg_add_quant_table copies the 64 numbers that it is given.
    unsafe {
        lib::jpeg_c_set_int_param(info, lib::JINT_COMPRESS_PROFILE, profile as i32);
        lib::jpeg_set_defaults(info);
        for (slot, table) in [settings.tables.luma, settings.tables.chroma].iter().enumerate() {
            add_table(info, slot as i32, table);
        }
        if info.num_components == 3 {
            let (horizontal, vertical) = settings.subsampling.luma_factors();
            (*info.comp_info).h_samp_factor = horizontal.into();
            (*info.comp_info).v_samp_factor = vertical.into();
        }
        info.optimize_coding = 1;
        info.write_JFIF_header = 0;
        lib::jpeg_c_set_bool_param(info, lib::JBOOLEAN_OPTIMIZE_SCANS, search_scans.into());
        lib::jpeg_simple_progression(info);
    }
}

/// # Safety
/// As for [`configure`].
unsafe fn add_table(info: &mut lib::jpeg_compress_struct, slot: i32, table: &QuantTable) {
    let divisors = table.divisors().map(u32::from);
    // SAFETY: demanded of the caller; the library reads 64 numbers and scales them by 100 %.
    unsafe { lib::jpeg_add_quant_table(info, slot, divisors.as_ptr(), 100, 1) };
}

impl Drop for Compressor {
    fn drop(&mut self) {
        // SAFETY: the struct is zeroed or was made by jpeg_create_compress, and is destroyed once.
        unsafe { lib::jpeg_destroy_compress(&mut self.info) }
    }
}
