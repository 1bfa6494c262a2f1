//! `posterior.json`: the recommended posteriors as `arviz.from_json` reads them.
//!
//! A variable of `posterior` is a closure, with the rates and the combinations that the data determine
//! along a dimension of its own; `lp` and `stage` have the closures as a dimension. Data and predictions
//! have the same name, `pairs_` and the closure, as `arviz.plot_ppc` wants them.

use super::fit::MeasuredComposition;
use super::{InferredRates, Prediction, Setting};
use cluster_stats::PairType;
use serde_json::{Map, Value, json};

pub(super) fn json_of(
    data: &MeasuredComposition,
    posteriors: &[InferredRates],
    predictions: &[Prediction],
) -> Value {
    let recommended =
        |setting| posteriors.iter().filter(move |posterior| posterior.setting == setting);
    let mut posterior = Map::new();
    let mut dims = json!({ "lp": ["closure"], "stage": ["closure"] });
    let mut coords = json!({ "pair": PairType::ALL.map(|pair| pair.ascii()) });
    for setting in [Setting::Recommended, Setting::Joint] {
        for of in recommended(setting) {
            let name = match setting {
                Setting::Joint => format!("{}_joint", of.closure),
                _ => of.closure.clone(),
            };
            let dimension = format!("{name}_quantity");
            coords[&dimension] = json!(of.quantities.names());
            dims[&name] = json!([dimension]);
            posterior.insert(
                name,
                by_draw(of, |chain, draw| {
                    let points = of.quantities.points();
                    let row: Vec<f64> = points.slice(ndarray::s![chain, draw, ..]).to_vec();
                    json!(row)
                }),
            );
        }
    }
    let all: Vec<&InferredRates> = recommended(Setting::Recommended).collect();
    coords["closure"] = json!(all.iter().map(|of| of.closure.as_str()).collect::<Vec<_>>());
    let (mut sample_stats, mut observed, mut predicted) = (Map::new(), Map::new(), Map::new());
    if let Some(first) = all.first() {
        let each = |value: &dyn Fn(&InferredRates, usize, usize) -> Value| {
            by_draw(first, |chain, draw| {
                Value::Array(all.iter().map(|of| value(of, chain, draw)).collect())
            })
        };
        let at = |of: &InferredRates, c, d| json!(of.chains.log_densities()[(c, d)]);
        sample_stats.insert("lp".to_owned(), each(&at));
        let at = |of: &InferredRates, c, d| json!(of.chains.stages()[(c, d)]);
        sample_stats.insert("stage".to_owned(), each(&at));
    }
    let records = data.annealed.mean.mean.records();
    coords["time"] = json!(records.iter().map(|record| record.time).collect::<Vec<_>>());
    let data: Vec<[f64; 3]> =
        records.iter().map(|record| record.concentrations.pairs.to_array()).collect();
    for Prediction { closure, draws, .. } in predictions {
        let name = format!("pairs_{closure}");
        dims[&name] = json!(["time", "pair"]);
        observed.insert(name.clone(), json!(data));
        let draws: Vec<Vec<Vec<[f64; 3]>>> = draws
            .iter()
            .map(|chain| {
                let path = |path: &Vec<_>| {
                    path.iter().map(cluster_stats::PairConcentrations::to_array).collect()
                };
                chain.iter().map(path).collect()
            })
            .collect();
        predicted.insert(name, json!(draws));
    }
    json!({
        "posterior": posterior,
        "sample_stats": sample_stats,
        "observed_data": observed,
        "posterior_predictive": predicted,
        "coords": coords,
        "dims": dims,
    })
}

/// Chain by chain, draw by draw.
fn by_draw(of: &InferredRates, value: impl Fn(usize, usize) -> Value) -> Value {
    let chain = |chain| (0..of.chains.draws()).map(|draw| value(chain, draw)).collect();
    Value::Array((0..of.chains.chains()).map(|c| Value::Array(chain(c))).collect())
}
