//! A block of replicas, annealed together.

use crate::StudyError;
use crate::run::Stage;
use crate::settings::Settings;
use cluster_stats::{CountClusters, Recorder, Trajectory};
use indicatif::ProgressBar;
use lattice_core::{
    Anneal, Annealing, BlockWidth, Composition, Configuration, Ensemble, Frame, LatticeError,
    TriangularLattice,
};
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A block that is to be annealed.
pub(super) struct Block<'a, S> {
    pub(super) lattice: TriangularLattice,
    pub(super) composition: Composition,
    /// Replicas in the block, and the width of its words; none for a lattice alone.
    pub(super) together: Option<(usize, BlockWidth)>,
    pub(super) annealing: Annealing,
    pub(super) rng: Pcg64,
    pub(super) bar: &'a ProgressBar,
    pub(super) stage: Option<Stage<'a, S>>,
}

/// Result of annealing one block.
pub(crate) struct AnnealedBlock {
    /// One a replica.
    pub(crate) trajectories: Vec<Trajectory>,
    /// The samples kept of the first replica.
    pub(crate) film: Vec<Frame>,
    /// The last configuration of each replica.
    pub(crate) last: Vec<Configuration>,
}

/// All that a block needs to go on.
#[derive(Serialize, Deserialize)]
struct State<A> {
    annealing: Annealing,
    atoms: A,
    rng: Pcg64,
    recorder: Recorder,
    film: Vec<Frame>,
}

impl<S: Settings> Block<'_, S> {
    /// Anneals it, keeping a frame of the first replica at the samples that `keeps` names.
    pub(super) fn anneal(self, keeps: impl Fn(usize) -> bool) -> Result<AnnealedBlock, StudyError> {
        let (lattice, composition) = (self.lattice.clone(), self.composition);
        match self.together {
            Some((replicas, width)) => self.go(
                keeps,
                |rng| Ensemble::random(lattice, composition, replicas, width, rng),
                |atoms, replica| atoms.replica(replica),
            ),
            None => self.go(
                keeps,
                |rng| Configuration::random(lattice, composition, rng),
                |atoms, _| Ok(atoms.clone()),
            ),
        }
    }

    fn go<A: Anneal + CountClusters + Serialize + DeserializeOwned>(
        self,
        keeps: impl Fn(usize) -> bool,
        start: impl FnOnce(&mut Pcg64) -> Result<A, LatticeError>,
        replica: impl Fn(&A, usize) -> Result<Configuration, LatticeError>,
    ) -> Result<AnnealedBlock, StudyError> {
        let Self { annealing, mut rng, bar, mut stage, .. } = self;
        let mut state = match stage.as_ref().map_or(Ok(None), Stage::load)? {
            Some(state) => state,
            None => {
                let atoms = start(&mut rng)?;
                State { annealing, atoms, rng, recorder: Recorder::new(), film: Vec::new() }
            }
        };
        let resumed_at = state.annealing.taken();
        bar.inc(resumed_at as u64);
        while let Some(sample) = state.annealing.advance(&mut state.atoms, &mut state.rng)? {
            state.recorder.record(&sample);
            if keeps(sample.index) {
                let (time, temperature) = (Some(sample.time), sample.temperature);
                state.film.push(Frame { atoms: replica(sample.atoms, 0)?, time, temperature });
            }
            bar.inc(1);
            if let Some(stage) = &mut stage {
                stage.save_if_due(&state)?;
            }
        }
        if let Some(stage) = &mut stage
            && state.annealing.taken() > resumed_at
        {
            stage.save(&state)?;
        }
        let trajectories = state.recorder.into_trajectories()?;
        let last = (0..trajectories.len())
            .map(|number| replica(&state.atoms, number))
            .collect::<Result<_, _>>()?;
        Ok(AnnealedBlock { trajectories, film: state.film, last })
    }
}
