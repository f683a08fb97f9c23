//! The three kinds of writing that concurrent work shares commits for.

use std::sync::Arc;

use async_trait::async_trait;
use mortise_domain::evaluation::{Decided, Decision};
use mortise_domain::ports::StoreError;
use mortise_domain::ports::memory::{Acceptance, Accepted, Deliveries, Orders, Settled};

use crate::batch::Flush;
use crate::figures;

/// Stores submissions.
pub struct Accepting(pub Arc<dyn Orders>);

#[async_trait]
impl Flush for Accepting {
    type Item = Acceptance;
    type Outcome = Accepted;

    async fn flush(&self, items: &[Acceptance]) -> Result<Vec<Accepted>, StoreError> {
        self.0.accept(items).await
    }
}

/// Writes decisions.
pub struct Deciding(pub Arc<dyn Orders>);

#[async_trait]
impl Flush for Deciding {
    type Item = Decision;
    type Outcome = Decided;

    async fn flush(&self, items: &[Decision]) -> Result<Vec<Decided>, StoreError> {
        self.0.decide(items).await
    }
}

/// Writes outcomes of deliveries. Messages that were sent as one are one item, so that they are settled together.
pub struct Settling(pub Arc<dyn Deliveries>);

#[async_trait]
impl Flush for Settling {
    type Item = Arc<Vec<Settled>>;
    type Outcome = ();

    async fn flush(&self, items: &[Arc<Vec<Settled>>]) -> Result<Vec<()>, StoreError> {
        let tickets = match items {
            [one] => self.0.settle(one).await?,
            many => {
                let all: Vec<Settled> = many.iter().flat_map(|item| item.iter().cloned()).collect();
                self.0.settle(&all).await?
            }
        };
        for connection in &tickets {
            figures::ticket(connection);
        }
        Ok(vec![(); items.len()])
    }
}
