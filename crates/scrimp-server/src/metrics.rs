//! Figures for Prometheus, on a listener of their own.

use crate::Service;
use crate::event::Access;
use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use scrimp::{Arm, Milliseconds, Outcome, RolloutRecord};

type Labels<const N: usize> = [(&'static str, String); N];

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Labels<3>, Counter>,
    problems: Family<Labels<1>, Counter>,
    outcomes: Family<Labels<1>, Counter>,
    rollout: Arms,
    shadow: Arms,
    seconds: Family<Labels<1>, Histogram>,
    stages: Family<Labels<1>, Histogram>,
    saved: Counter,
    scores: Histogram,
    working: Gauge,
    waiting: Gauge,
}

/// From 5 ms to a minute and a half.
fn durations() -> Histogram {
    Histogram::new([0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("scrimp"),
            requests: Family::default(),
            problems: Family::default(),
            outcomes: Family::default(),
            rollout: Arms::default(),
            shadow: Arms::default(),
            seconds: Family::new_with_constructor(durations),
            stages: Family::new_with_constructor(durations),
            saved: Counter::default(),
            scores: Histogram::new([50.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 100.0]),
            working: Gauge::default(),
            waiting: Gauge::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let Self { registry, .. } = self;
        registry.register("requests", "Requests that are over", self.requests.clone());
        registry.register(
            "problems",
            "Requests without a result, by the code of the problem",
            self.problems.clone(),
        );
        registry.register("outcomes", "Photos by what became of them", self.outcomes.clone());
        self.rollout.register(registry, "rollout", "photos of a rollout by what their file is made by");
        self.shadow.register(registry, "shadow", "photos with a shadow, each in both arms");
        let unit = || Unit::Seconds;
        registry.register_with_unit("request", "From headers to answer", unit(), self.seconds.clone());
        registry.register_with_unit("stage", "Work on a photo by stage", unit(), self.stages.clone());
        registry.register_with_unit(
            "saved",
            "Bytes that photos got smaller by",
            Unit::Bytes,
            self.saved.clone(),
        );
        registry.register(
            "score",
            "SSIMULACRA2 of photos that were saved for a goal in it",
            self.scores.clone(),
        );
        registry.register("working", "Photos that are worked on", self.working.clone());
        registry.register("waiting", "Photos that wait for a thread", self.waiting.clone());
    }

    /// A request is over.
    pub(crate) fn count(&self, access: &Access) {
        let route = access.route.clone().unwrap_or_else(|| "none".to_owned());
        // A method of the client's own making must not make a series of its own.
        let method = match &*access.method {
            known @ ("GET" | "HEAD" | "POST") => known,
            _ => "other",
        };
        let labels =
            [("method", method.to_owned()), ("route", route.clone()), ("status", access.status.to_string())];
        self.requests.get_or_create(&labels).inc();
        self.seconds.get_or_create(&[("route", route)]).observe(access.ms / 1000.0);
        if let Some(code) = access.code {
            self.problems.get_or_create(&[("code", code.to_owned())]).inc();
        }
    }

    /// A photo of so many bytes came to an outcome of so many.
    pub(crate) fn count_outcome(&self, outcome: &Outcome, (before, after): (u64, u64)) {
        self.outcomes.get_or_create(&[("outcome", outcome.name().to_owned())]).inc();
        self.saved.inc_by(before - after);
        let decision = outcome.decision();
        if let Some(RolloutRecord { arm, shadow }) = decision.rollout {
            self.rollout.count(arm, (before, after));
            if let Some(shadow) = shadow {
                let told = shadow.output_bytes.map_or(before, |bytes| bytes as u64);
                self.shadow.count(Arm::Control, (before, after));
                self.shadow.count(Arm::Treatment, (before, told));
            }
        }
        if let (Some(score), "ssimulacra2") = (decision.score, decision.goal.metric) {
            self.scores.observe(score);
        }
        for (stage, milliseconds) in stages(&decision.ms) {
            self.stages.get_or_create(&[("stage", stage.to_owned())]).observe(milliseconds / 1000.0);
        }
    }

    /// A photo of a rollout, of so many bytes, was refused: it stays as it was.
    pub(crate) fn count_refused(&self, arm: Arm, bytes: u64) {
        self.rollout.count(arm, (bytes, bytes));
    }
}

/// What is counted of the arms of a rollout.
#[derive(Debug, Default)]
struct Arms {
    photos: Family<Labels<1>, Counter>,
    before: Family<Labels<1>, Counter>,
    after: Family<Labels<1>, Counter>,
}

impl Arms {
    fn register(&self, registry: &mut Registry, name: &str, what: &str) {
        let bytes = || Unit::Bytes;
        registry.register(format!("{name}_photos"), format!("How many {what}"), self.photos.clone());
        let (before, after) = (self.before.clone(), self.after.clone());
        registry.register_with_unit(
            format!("{name}_input"),
            format!("What came in of {what}"),
            bytes(),
            before,
        );
        registry.register_with_unit(
            format!("{name}_output"),
            format!("What is left of {what}"),
            bytes(),
            after,
        );
    }

    fn count(&self, arm: Arm, (before, after): (u64, u64)) {
        let labels = [("arm", arm.name().to_owned())];
        self.photos.get_or_create(&labels).inc();
        self.before.get_or_create(&labels).inc_by(before);
        self.after.get_or_create(&labels).inc_by(after);
    }
}

fn stages(ms: &Milliseconds) -> [(&'static str, f64); 8] {
    [
        ("decode", ms.decode),
        ("transform", ms.transform),
        ("reference", ms.reference),
        ("guides", ms.guides),
        ("probes", ms.probes),
        ("proof", ms.proof),
        ("entropy", ms.entropy),
        ("total", ms.total),
    ]
}

/// The routes of the listener for metrics.
pub fn metrics_app(service: Service) -> Router {
    Router::new().route("/metrics", get(show)).with_state(service)
}

async fn show(State(service): State<Service>) -> Response {
    let (metrics, load) = (&service.metrics, service.pool.load());
    metrics.working.set(load.working as i64);
    metrics.waiting.set(load.waiting as i64);
    let mut text = String::new();
    // Writing to a text does not fail.
    let _ = encode(&mut text, &metrics.registry);
    ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
}
