//! Saves a photo as the smallest JPEG that still looks the same, and proves it.
