//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Real orders through the whole product: host, plugins, simulated upstreams.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo demo --", version, max_term_width = 120)]
pub struct Args {
    /// End when nothing is due any more, instead of running on until Ctrl-C
    #[arg(long)]
    pub headless: bool,
    /// Orders: CSV with InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country
    #[arg(long, value_name = "FILE")]
    pub orders: Option<PathBuf>,
    /// Addresses: CSV with name, address, city, province_code, postcode, phone, longitude, latitude
    #[arg(long, value_name = "FILE")]
    pub addresses: Option<PathBuf>,
    /// Where the report goes; the upstreams' raw log is written beside it [default: DATA/report.json]
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Database of the host, such as postgres://USER:PASSWORD@HOST/NAME [default: SQLite in DATA]
    #[arg(long, value_name = "URL", value_parser = database)]
    pub database: Option<String>,
    /// Drop what an earlier Mortise left in the database
    #[arg(long, requires = "database")]
    pub reset: bool,
    /// Kill the host (SIGKILL) so many times while deliveries are in flight
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub kill: u32,
    /// Share of the upstreams' requests that fail, in all the ways they know
    #[arg(long, value_name = "RATE", default_value_t = 0.0, value_parser = rate)]
    pub faults: f64,
    /// U8 knows neither our keys nor our numbers: only Mortise's own care keeps its documents single
    #[arg(long)]
    pub no_keys: bool,
    /// Take `mortise` and `mortise-upstreams` from this folder instead of building them
    #[arg(long)]
    pub programs: Option<PathBuf>,
    /// Where the demo keeps its files; everything in it is made anew [default: target/demo]
    #[arg(long, value_name = "FOLDER")]
    pub data: Option<PathBuf>,
}

/// Of which kind it is shows before everything is built.
fn database(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some(("sqlite" | "postgres" | "postgresql", rest)) if !rest.is_empty() => Ok(text.to_owned()),
        _ => Err("sqlite:PATH or postgres://USER:PASSWORD@HOST/NAME is expected".into()),
    }
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.0..=0.9).contains(&rate) => Ok(rate),
        _ => Err("a share from 0 to 0.9 is expected: with more, next to nothing would ever succeed".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_of_the_book_is_understood() {
        let line = "demo --headless --orders o.csv --addresses a.csv --report r.json --database postgres://x --kill 20 --faults 0.3";
        let args = Args::try_parse_from(line.split(' ')).unwrap();
        assert!(args.headless && args.kill == 20 && (args.faults - 0.3).abs() < f64::EPSILON);
        assert!(!Args::try_parse_from(["demo"]).unwrap().headless);
        for wrong in [
            "--faults=1.5",
            "--faults=x",
            "--kill=-1",
            "--reset",
            "--faults=NaN",
            "--database=",
            "--database=mysql://x/y",
        ] {
            assert!(Args::try_parse_from(["demo", wrong]).is_err(), "{wrong}");
        }
    }
}
