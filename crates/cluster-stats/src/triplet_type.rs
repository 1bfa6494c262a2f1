//! The 16 types of triplets, the set Theta of eq. (4).

use crate::{Shape, StatsError};
use std::fmt;
use std::str::FromStr;

/// The species of a triplet i-j-k, read in the direction that puts the first of its names first.
///
/// In a chain the second letter is the middle site; in a triangle there is no middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TripletPattern {
    /// `+++`
    Ppp,
    /// `---`
    Mmm,
    /// `++-`, also the mirror image `-++`
    Ppm,
    /// `--+`, also the mirror image `+--`
    Mmp,
    /// `+-+`, chains only
    Pmp,
    /// `-+-`, chains only
    Mpm,
}

impl TripletPattern {
    const fn ascii(self) -> &'static str {
        match self {
            TripletPattern::Ppp => "ppp",
            TripletPattern::Mmm => "mmm",
            TripletPattern::Ppm => "ppm",
            TripletPattern::Mmp => "mmp",
            TripletPattern::Pmp => "pmp",
            TripletPattern::Mpm => "mpm",
        }
    }

    const fn symbol(self) -> &'static str {
        match self {
            TripletPattern::Ppp => "+++",
            TripletPattern::Mmm => "---",
            TripletPattern::Ppm => "++-",
            TripletPattern::Mmp => "--+",
            TripletPattern::Pmp => "+-+",
            TripletPattern::Mpm => "-+-",
        }
    }

    /// The pattern with (+) and (-) exchanged.
    pub const fn exchanged(self) -> TripletPattern {
        match self {
            TripletPattern::Ppp => TripletPattern::Mmm,
            TripletPattern::Mmm => TripletPattern::Ppp,
            TripletPattern::Ppm => TripletPattern::Mmp,
            TripletPattern::Mmp => TripletPattern::Ppm,
            TripletPattern::Pmp => TripletPattern::Mpm,
            TripletPattern::Mpm => TripletPattern::Pmp,
        }
    }
}

/// One of the 16 triplet types Theta (paper, eq. (4)); the names are those of the files.
///
/// `LinPpm` is the paper's `++-`, `AngPpm` its hat `++-`, `TriPpm` its triangular `++-`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // the names say it; `symbol` gives the paper's form
pub enum TripletType {
    LinPpp,
    LinMmm,
    LinPpm,
    LinMmp,
    LinPmp,
    LinMpm,
    AngPpp,
    AngMmm,
    AngPpm,
    AngMmp,
    AngPmp,
    AngMpm,
    TriPpp,
    TriMmm,
    TriPpm,
    TriMmp,
}

use TripletType::*;

impl TripletType {
    /// All 16 types, in the order of the files and of [`TripletConcentrations`](crate::TripletConcentrations).
    pub const ALL: [TripletType; 16] = [
        LinPpp, LinMmm, LinPpm, LinMmp, LinPmp, LinMpm, AngPpp, AngMmm, AngPpm, AngMmp, AngPmp,
        AngMpm, TriPpp, TriMmm, TriPpm, TriMmp,
    ];

    /// The type of this shape and pattern; `None` for a triangle `+-+` or `-+-`, which is a
    /// triangle `++-` or `--+` read from another corner.
    pub fn of(shape: Shape, pattern: TripletPattern) -> Option<TripletType> {
        TripletType::ALL.into_iter().find(|t| t.shape() == shape && t.pattern() == pattern)
    }

    /// Position in [`TripletType::ALL`], 0 to 15.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The shape.
    pub const fn shape(self) -> Shape {
        match self.index() {
            0..6 => Shape::Linear,
            6..12 => Shape::Angled,
            _ => Shape::Triangular,
        }
    }

    /// The species of its three sites.
    pub const fn pattern(self) -> TripletPattern {
        match self {
            LinPpp | AngPpp | TriPpp => TripletPattern::Ppp,
            LinMmm | AngMmm | TriMmm => TripletPattern::Mmm,
            LinPpm | AngPpm | TriPpm => TripletPattern::Ppm,
            LinMmp | AngMmp | TriMmp => TripletPattern::Mmp,
            LinPmp | AngPmp => TripletPattern::Pmp,
            LinMpm | AngMpm => TripletPattern::Mpm,
        }
    }

    /// How many ordered readings the type stands for: 1 for `+++`, `---`, `+-+`, `-+-`; 2 for the
    /// chains `++-`, `--+`; 3 for the triangles `++-`, `--+`.
    ///
    /// With these weights the ordered, per-shape concentrations of a shape sum to 1 (eq. (2)).
    pub const fn multiplicity(self) -> usize {
        match self {
            LinPpm | LinMmp | AngPpm | AngMmp => 2,
            TriPpm | TriMmp => 3,
            _ => 1,
        }
    }

    /// The type with (+) and (-) exchanged.
    pub fn exchanged(self) -> TripletType {
        let pattern = self.pattern().exchanged();
        TripletType::of(self.shape(), pattern).expect("exchange keeps the shape's patterns")
    }

    /// Name in files: `lin_ppm`, `ang_pmp`, `tri_mmm`, ...
    pub fn ascii(self) -> String {
        let shape = match self.shape() {
            Shape::Linear => "lin",
            Shape::Angled => "ang",
            Shape::Triangular => "tri",
        };
        format!("{shape}_{}", self.pattern().ascii())
    }

    /// Name as in the paper: `++-`, `∠++-`, `△++-`.
    pub fn symbol(self) -> String {
        let mark = match self.shape() {
            Shape::Linear => "",
            Shape::Angled => "∠",
            Shape::Triangular => "△",
        };
        format!("{mark}{}", self.pattern().symbol())
    }
}

impl fmt::Display for TripletType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.symbol())
    }
}

impl FromStr for TripletType {
    type Err = StatsError;

    /// Reads either name, `lin_ppm` or `++-`.
    fn from_str(name: &str) -> Result<TripletType, StatsError> {
        TripletType::ALL
            .into_iter()
            .find(|t| t.ascii() == name || t.symbol() == name)
            .ok_or_else(|| StatsError::UnknownTriplet { name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_files_and_the_papers_and_read_back() {
        assert_eq!(LinPpm.ascii(), "lin_ppm");
        assert_eq!(LinMmp.symbol(), "--+");
        assert_eq!(AngPmp.symbol(), "∠+-+");
        assert_eq!(TriPpm.symbol(), "△++-");
        for (index, kind) in TripletType::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), index);
            assert_eq!(kind.ascii().parse::<TripletType>().unwrap(), kind);
            assert_eq!(kind.symbol().parse::<TripletType>().unwrap(), kind);
            assert_eq!(TripletType::of(kind.shape(), kind.pattern()), Some(kind));
            assert_eq!(kind.exchanged().exchanged(), kind);
        }
        assert!("lin_pp".parse::<TripletType>().is_err());
        assert_eq!(TripletType::of(Shape::Triangular, TripletPattern::Pmp), None);
    }

    #[test]
    fn each_shape_has_eight_ordered_readings() {
        for shape in Shape::ALL {
            let readings: usize = TripletType::ALL
                .into_iter()
                .filter(|t| t.shape() == shape)
                .map(|t| t.multiplicity())
                .sum();
            assert_eq!(readings, 8, "{shape}");
        }
    }
}
