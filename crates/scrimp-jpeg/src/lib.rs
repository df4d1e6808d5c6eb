//! The JPEG model: tables, markers, decoding and encoding, bit-exact with libjpeg-turbo.
