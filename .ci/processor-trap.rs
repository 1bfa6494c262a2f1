//! A library to load before the C library: each of its elementary functions ends the program by
//! name. `.ci/processor` runs the commands with it, so that none can call them unseen. Not `pow`: the
//! progress bars of `indicatif` call it, and the script sees that nobody else does.

macro_rules! trap {
    ($($function:ident)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $function() {
            eprintln!(concat!(
                "called ", stringify!($function), " of the C library, whose last bits depend on the \
                 processor: use libm::", stringify!($function)
            ));
            std::process::abort();
        }
    )*};
}

trap! {
    exp exp2 expm1 log log1p log10 log2 sin cos sincos tan asin acos atan atan2
    sinh cosh tanh asinh acosh atanh cbrt hypot erf erfc tgamma lgamma lgamma_r
    expf exp2f expm1f logf log1pf log10f log2f powf sinf cosf sincosf tanf asinf acosf atanf atan2f
    sinhf coshf tanhf asinhf acoshf atanhf cbrtf hypotf
}
