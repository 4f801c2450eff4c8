pub struct Decimal {
    value: i128,
    scale: u32,
}

impl Decimal {
    pub fn new(value: i128, scale: u32) -> Decimal {
        Decimal { value, scale }
    }
}
