use crate::harness::*;
use mortise_domain::ports::memory::*;
on_both! { measure }
async fn measure(h: Harness) {
    h.store.put_customers(&[customer("C1", None)]).await.unwrap();
    let lines = [("A", "1"), ("B", "1"), ("C", "1"), ("D", "1"), ("E", "1")];
    for size in [1_usize, 10, 50] {
        let rounds = 600 / size;
        let (mut accept, mut decide, mut claim, mut settle) = (0, 0, 0, 0);
        for _ in 0..rounds {
            let t = std::time::Instant::now();
            let batch: Vec<_> = (0..size).map(|_| acceptance(None, &lines, h.now())).collect();
            let ids: Vec<_> = h
                .store
                .accept(&batch)
                .await
                .unwrap()
                .into_iter()
                .map(|a| if let Accepted::New(id, _) = a { id } else { panic!() })
                .collect();
            accept += t.elapsed().as_micros();
            let batch: Vec<_> = ids.iter().map(|id| confirm(*id, 1, &lines, "1000000", h.now())).collect();
            let t = std::time::Instant::now();
            h.store.decide(&batch).await.unwrap();
            decide += t.elapsed().as_micros();
            loop {
                let t = std::time::Instant::now();
                let claimed = h.store.claim(h.now(), h.advance(1), 2 * size as u32).await.unwrap();
                claim += t.elapsed().as_micros();
                if claimed.is_empty() {
                    break;
                }
                let batch: Vec<_> = claimed.iter().map(|one| settled(one, done("x"), h.now())).collect();
                let t = std::time::Instant::now();
                h.store.settle(&batch).await.unwrap();
                settle += t.elapsed().as_micros();
            }
        }
        let n = (rounds * size) as u128;
        println!(
            "{} batch {size}: per order us: accept {} decide {} claim {} settle {}",
            h.store.engine(),
            accept / n,
            decide / n,
            claim / n,
            settle / n
        );
    }
}
