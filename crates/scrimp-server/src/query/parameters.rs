//! The options of a photo as the OpenAPI document has them.

use scrimp::{Chroma, CountFrom, Effort, Look, Metric, Strip};
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};

/// A number as Rust reads it.
const NUMBER: &str = "[-+]?[0-9.]+([eE][-+]?[0-9]+)?";

/// What the query of a photo to be shrunk may hold.
#[derive(Debug)]
pub(crate) struct OfPhoto;

impl IntoParams for OfPhoto {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let goal = format!("^({})[=:]{NUMBER}$", metrics().join("|"));
        let groups = Strip::ALL.iter().map(|group| group.name()).collect::<Vec<_>>().join("|");
        let size = "^[0-9.]+ *(B|k|K|kB|KB|M|MB|G|GB|KiB|MiB|GiB)?$";
        let switch = || one_of(["", "true", "1", "false", "0"], "false");
        let looks = Look::ALL.iter().map(|look| look.name());
        let counts = CountFrom::ALL.iter().map(|from| from.name());
        let efforts = Effort::ALL.iter().map(|effort| effort.name());
        vec![
            query(
                "look",
                "A goal by its name; where nothing names a goal, that of the service's profile, or else `high`",
                // What it is by default hangs on the profile.
                a_name(looks).examples([Look::default().name()]),
            ),
            query(
                "goal",
                "A metric and what it is to reach; not together with `look`",
                text(&goal, "ssimulacra2=75"),
            ),
            query(
                "floor",
                "The least score of any region, or `none`",
                text(&format!("^(none|{NUMBER})$"), "60"),
            ),
            query(
                "class",
                "A class of the service's profile, or `auto` for what the photo is found to be; not together with \
                 `look`, `goal` or `floor`",
                text("^.+$", "photo"),
            ),
            query("max_bytes", "The most bytes; alone it asks for the best score within", text(size, "200K")),
            query("from", "What the goal counts from", one_of(counts, CountFrom::default().name())),
            query(
                "effort",
                "How hard the smallest file is looked for",
                one_of(efforts, Effort::default().name()),
            ),
            query("min_saving", "The least saving in percent, 0 to 99", text(&format!("^{NUMBER}%?$"), "3")),
            query(
                "subsampling",
                "Which chroma subsampling may be tried: any, or that of the photo",
                a_name(Chroma::ALL.iter().map(|chroma| chroma.name())).examples([Chroma::default().name()]),
            ),
            query(
                "strip",
                "Metadata to leave out",
                text(&format!("^({groups})(,({groups}))*$"), "gps,thumbnail"),
            ),
            query("baseline", "A baseline JPEG, not a progressive one", switch()),
            query("break_credentials", "Shrink photos with content credentials too", switch()),
            query(
                "background",
                "What stands behind transparent pixels",
                text("^(white|black|#?[0-9A-Fa-f]{6})$", "white"),
            ),
            query("first_frame", "Take the first of several frames or pages", switch()),
            query("salvage", "Take what can be read of a damaged JPEG", switch()),
        ]
    }
}

/// What the query of two photos to be compared may hold.
#[derive(Debug)]
pub(crate) struct OfPair;

impl IntoParams for OfPair {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let metric = one_of(metrics(), Metric::Ssimulacra2.name());
        vec![query("metric", "By what the photos are compared", metric)]
    }
}

fn metrics() -> Vec<&'static str> {
    Metric::ALL.iter().map(|metric| metric.name()).collect()
}

fn query(name: &str, meaning: &str, schema: ObjectBuilder) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .description(Some(meaning))
        .schema(Some(schema))
        .build()
}

fn a_name<'a>(names: impl IntoIterator<Item = &'a str>) -> ObjectBuilder {
    let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
    Object::builder().schema_type(Type::String).enum_values(Some(names))
}

fn one_of<'a>(names: impl IntoIterator<Item = &'a str>, default: &str) -> ObjectBuilder {
    a_name(names).default(Some(default.into()))
}

fn text(pattern: &str, example: &str) -> ObjectBuilder {
    Object::builder().schema_type(Type::String).pattern(Some(pattern)).examples([example])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goals::tests::goals;
    use crate::query::{NAMES, options};
    use scrimp::Limits;

    #[test]
    fn each_option_is_told_and_its_example_is_understood() {
        let told = OfPhoto::into_params(|| None);
        assert_eq!(told.iter().map(|one| &*one.name).collect::<Vec<_>>(), NAMES);
        for parameter in told {
            let schema = serde_json::to_value(&parameter.schema).unwrap();
            let example = schema["examples"][0].as_str().or(schema["default"].as_str()).unwrap();
            let goals = goals(&[("photo", "ssimulacra2=75")]).unwrap();
            options([(&*parameter.name, example)], Limits::default(), &goals).unwrap();
        }
    }
}
