//! Rate equations of mean-cluster models: closed systems, integration, equilibrium constants, misfit
