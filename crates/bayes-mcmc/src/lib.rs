//! Bayesian sampling of any log-density: delayed-rejection Metropolis-Hastings, multi-start minimisation, diagnostics
